import { type Program, passes } from "../processes/run.ts"

export const help = `npm run docs:build   builds the site into docs/.vitepress/dist

SITE_URL is the address where it will be, like https://example.org/chat/: links
and files then begin there, and previews of its pages have a picture.`

export const takes: string[] = []

const build: Program = ["Pages", "vitepress/bin/vitepress.js", "build", "docs"]

/** `npm run docs:build`. */
export async function run(): Promise<number> {
  return (await passes(build)) ? 0 : 1
}
