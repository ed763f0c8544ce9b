import { type DefaultTheme, defineConfig } from "vitepress"
import { slugOf } from "../../workbook/site/page.ts"
import { type SidebarGroup, sidebar } from "../../workbook/site/sidebar.ts"
import { showChanges, withChanges } from "./changes.ts"
import { renderFences, withoutLinesAbove } from "./fences.ts"
import { renderTasks } from "./tasks.ts"
import { anchorTitles } from "./titles.ts"
import { keepCommandsWhole } from "./whole-commands.ts"

const groups = sidebar()

// VitePress asks for a default export.
export default defineConfig({
  lang: "en",
  title: "Channels workbook",
  description:
    "Django Channels' ideas in TypeScript: one chat application, grown in " +
    "numbered steps that run.",
  head: [["link", { rel: "icon", href: "/icon.svg", type: "image/svg+xml" }]],
  // A step that runs is a good place to lead to.
  ignoreDeadLinks: "localhostLinks",
  markdown: {
    config(md) {
      renderFences(md)
      showChanges(md)
      anchorTitles(md)
      renderTasks(md)
      keepCommandsWhole(md)
    },
    codeTransformers: [withoutLinesAbove, withChanges],
    anchor: { level: [1, 2, 3, 4], slugify: slugOf },
  },
  themeConfig: {
    nav: groups.filter(({ collapsed }) => !collapsed).map(navItem),
    sidebar: groups.map((group) => ({ ...group, items: [...group.items] })),
    outline: [2, 3],
    search: { provider: "local" },
    notFound: {
      title: "There is no such page",
      quote: "Search for what you want, or begin with the steps.",
      link: "/#the-steps",
      linkText: "To the steps",
      linkLabel: "To the steps",
    },
  },
})

function navItem({ text, items }: SidebarGroup): DefaultTheme.NavItem {
  const link = items[0]?.link ?? "/"
  return { text, link, activeMatch: `^${link.replace(/[^/]*$/, "")}` }
}
