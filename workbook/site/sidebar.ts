import { dirname } from "node:path"
import { root } from "../folders.ts"
import { listSteps } from "../steps.ts"
import { type Page, readPages } from "./page.ts"

/** An entry of the sidebar, as VitePress takes it. */
export interface SidebarItem {
  readonly text: string
  readonly link: string
}

export interface SidebarGroup {
  readonly text: string
  readonly items: readonly SidebarItem[]
}

/** The site's pages, from the folders and the pages' front matter. */
export function sidebar(): SidebarGroup[] {
  const pages = readPages(root)
  const steps = listSteps().map(({ name, number, title }) => {
    return { text: `${number}. ${title}`, link: `/steps/${name}` }
  })
  const howFast = pages.filter(({ path }) => path === "how-fast.md").map(itemOf)
  // Named apart from the lessons, which have the same titles.
  const teaching = itemsIn("instructor/steps", pages).map(({ text, link }) => {
    return { text: `Teaching ${text}`, link }
  })
  const groups = [
    { text: "The steps", items: steps },
    { text: "Reference", items: [...itemsIn("reference", pages), ...howFast] },
    {
      text: "For instructors",
      items: [...itemsIn("instructor", pages), ...teaching],
    },
  ]
  return groups.filter(({ items }) => items.length > 0)
}

/** The pages of a folder in docs/, as their front matter orders them. */
function itemsIn(folder: string, pages: readonly Page[]): SidebarItem[] {
  return pages
    .filter(({ path }) => dirname(path) === folder)
    .sort((one, other) => orderOf(one) - orderOf(other))
    .map(itemOf)
}

function orderOf({ frontMatter }: Page): number {
  return Number(frontMatter.order)
}

function itemOf({ path, frontMatter }: Page): SidebarItem {
  const link = `/${path.replace(/(\bindex)?\.md$/, "")}`
  return { text: String(frontMatter.title), link }
}
