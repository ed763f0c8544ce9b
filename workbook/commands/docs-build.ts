import { buildSite } from "../site/vitepress.ts"

export const help = `npm run docs:build   builds the site into docs/.vitepress/dist`

export const takes: string[] = []

/** `npm run docs:build`. */
export async function run(): Promise<number> {
  return (await buildSite()) ? 0 : 1
}
