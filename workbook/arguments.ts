import { parseArgs } from "node:util"
import { CommandError } from "./command-error.ts"

interface Option {
  readonly type: "boolean" | "string"
  readonly short?: string
}

export interface Arguments {
  readonly words: readonly string[]
  readonly options: Readonly<Record<string, string | boolean | undefined>>
}

/** What a command accepts. */
export interface Accepted {
  /** As after `npm run`. */
  readonly command: string
  /** The names of its words, in order. If omitted, it takes any number. */
  readonly takes?: readonly string[]
  readonly options?: Readonly<Record<string, Option>>
}

/**
 * Reads a command's words and options.
 * @throws CommandError for what it does not take, or an option that npm took
 */
export function readArguments(accepted: Accepted, args: string[]): Arguments {
  const { command, takes, options = {} } = accepted
  refuseSwallowed(command, args, options)
  try {
    const { positionals, values } = parseArgs({
      args,
      allowPositionals: true,
      options: { ...options },
    })
    const extra = takes && positionals[takes.length]
    if (extra) throw new CommandError(`"${extra}" is one word too many.`)
    return { words: positionals, options: values }
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error)
    throw new CommandError(`${reason}\nSee: npm run ${command} -- --help`)
  }
}

/** npm keeps the option of `npm run step 3 --port 8001`, and passes on 8001. */
function refuseSwallowed(
  command: string,
  args: string[],
  options: Readonly<Record<string, Option>>,
): void {
  for (const [name, { type }] of Object.entries(options)) {
    const value = process.env[`npm_config_${name.replaceAll("-", "_")}`]
    if (value === undefined) continue
    const isApart = type === "string" && value === "true"
    const words = isApart ? args.slice(0, -1) : args
    const values = isApart ? args.slice(-1) : type === "string" ? [value] : []
    const line = ["npm run", command, ...words, "--", `--${name}`, ...values]
    throw new CommandError(
      "npm kept that option to itself. Write two hyphens before it:\n" +
        `  ${line.join(" ")}`,
    )
  }
}
