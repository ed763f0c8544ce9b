import { readArguments } from "../arguments.ts"
import { buildSite } from "../site/vitepress.ts"

const help = `npm run docs:build   builds the site into docs/.vitepress/dist`

/** `npm run docs:build`. */
export async function run(args: string[]): Promise<number> {
  const { options } = readArguments("docs:build", args)
  if (options.help) {
    console.log(help)
    return 0
  }
  return (await buildSite()) ? 0 : 1
}
