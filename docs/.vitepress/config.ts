import { type DefaultTheme, defineConfig } from "vitepress"
import { root } from "../../workbook/folders.ts"
import { slugOf } from "../../workbook/site/page.ts"
import { previewTags, readSiteUrl } from "../../workbook/site/preview.ts"
import {
  cloneLines,
  editPattern,
  type Repository,
  readRepository,
} from "../../workbook/site/repository.ts"
import { type SidebarGroup, sidebar } from "../../workbook/site/sidebar.ts"
import { showChanges, withChanges } from "./changes.ts"
import { beginWithClone } from "./clone-lines.ts"
import { renderFences, withoutLinesAbove } from "./fences.ts"
import { inPageBuild } from "./in-page-build.ts"
import { serveProgress } from "./serve-progress.ts"
import { renderTasks } from "./tasks.ts"
import { anchorTitles } from "./titles.ts"
import { keepCommandsWhole } from "./whole-commands.ts"

const groups = sidebar()
const site = readSiteUrl(process.env.SITE_URL)
const base = site?.pathname ?? "/"
const repository = readRepository(root)
const editable = repository && editPattern(repository)

// VitePress asks for a default export.
export default defineConfig({
  lang: "en",
  title: "Channels workbook",
  base,
  head: [
    ["link", { rel: "icon", href: `${base}icon.svg`, type: "image/svg+xml" }],
  ],
  transformPageData({ frontmatter }) {
    const { description, goal } = frontmatter
    return { description: description ?? goal }
  },
  transformHead({ page, title, description, assets }) {
    const image = assets.find((path) => /\/room\.[^/]+\.png$/.test(path))
    return previewTags({ page, title, description, site, image })
  },
  vite: { ...inPageBuild, plugins: [serveProgress()] },
  // A step that runs is a good place to lead to.
  ignoreDeadLinks: "localhostLinks",
  markdown: {
    config(md) {
      renderFences(md)
      beginWithClone(md, repository ? cloneLines(repository) : [])
      showChanges(md)
      anchorTitles(md)
      renderTasks(md)
      keepCommandsWhole(md)
    },
    codeTransformers: [withoutLinesAbove, withChanges],
    anchor: { level: [1, 2, 3, 4], slugify: slugOf },
  },
  themeConfig: {
    logo: { light: "/icon.svg", dark: "/icon-dark.svg", alt: "" },
    nav: groups.map(navItem),
    ...(repository && { socialLinks: [sourceLink(repository)] }),
    ...(editable && {
      editLink: { pattern: editable, text: "Edit this page" },
    }),
    sidebar: groups.map((group) => ({ ...group, items: [...group.items] })),
    outline: [2, 3],
    search: { provider: "local" },
  },
})

function navItem({ text, items }: SidebarGroup): DefaultTheme.NavItem {
  const link = items[0]?.link ?? "/"
  return { text, link, activeMatch: `^${link.replace(/[^/]*$/, "")}` }
}

function sourceLink({ url, host }: Repository): DefaultTheme.SocialLink {
  const [known] = /github|gitlab|codeberg/.exec(host) ?? []
  return { icon: known ?? "git", link: url, ariaLabel: "Source code" }
}
