import { readdirSync, readFileSync } from "node:fs"
import { join } from "node:path"
import { root } from "../folders.ts"
import { readFrontMatter } from "../front-matter.ts"
import { listSteps } from "../steps.ts"

/** An entry of the sidebar, as VitePress takes it. */
export interface SidebarItem {
  readonly text: string
  readonly link: string
}

export interface SidebarGroup {
  readonly text: string
  readonly collapsed?: boolean
  readonly items: readonly SidebarItem[]
}

/** The site's pages: what the folders and the pages' front matter tell. */
export function sidebar(): SidebarGroup[] {
  const groups: SidebarGroup[] = [
    { text: "The steps", items: stepItems() },
    {
      text: "Reference",
      items: [...itemsOf("reference"), itemOf("how-fast")],
    },
    { text: "For instructors", items: itemsOf("instructor") },
    {
      text: "The instructor's steps",
      collapsed: true,
      items: teachingItems(),
    },
  ]
  return groups.filter(({ items }) => items.length > 0)
}

function stepItems(): SidebarItem[] {
  return listSteps().map(({ name, number, title }) => ({
    text: `${number}. ${title}`,
    link: `/steps/${name}`,
  }))
}

/** Named apart from the lessons, which have the same titles. */
function teachingItems(): SidebarItem[] {
  return itemsOf("instructor/steps").map(({ text, link }) => {
    return { text: `Teaching ${text}`, link }
  })
}

interface FrontMatter {
  readonly title: string
  /** Its place among the pages of its folder. */
  readonly order: number
}

/** The pages of a folder in docs/, as their front matter orders them. */
function itemsOf(folder: string): SidebarItem[] {
  const path = join(root, "docs", folder)
  const pages = readdirSync(path)
    .filter((name) => name.endsWith(".md"))
    .map((name) => ({ name, ...frontMatterOf(join(path, name)) }))
    .sort((one, other) => one.order - other.order)
  return pages.map(({ name, title }) => ({
    text: title,
    link: `/${folder}/${name.replace(/\.md$/, "").replace(/^index$/, "")}`,
  }))
}

/** A page in docs/ itself. */
function itemOf(name: string): SidebarItem {
  const { title } = frontMatterOf(join(root, "docs", `${name}.md`))
  return { text: title, link: `/${name}` }
}

function frontMatterOf(path: string): FrontMatter {
  const { values } = readFrontMatter(readFileSync(path, "utf8"))
  return values as unknown as FrontMatter
}
