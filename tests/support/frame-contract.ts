import { join } from "node:path"
import { Ajv2020, type ValidateFunction } from "ajv/dist/2020.js"
import { onTestFinished } from "vitest"
import { root, stepsFolder } from "../../workbook/folders.ts"
import type { SocketClient } from "../../workbook/processes/socket-client.ts"
import {
  definitionsFor,
  readFrameSchema,
  type Side,
} from "../../workbook/site/frames.ts"

export const frameSchema = readFrameSchema(root)

let compiled: Ajv2020 | undefined

/** @param name in the schema's $defs, like "from-server-7" */
export function validatorOf(name: string): ValidateFunction {
  compiled ??= new Ajv2020({
    allErrors: true,
    keywords: ["x-from-step"],
    schemas: { frames: frameSchema },
  })
  const validate = compiled.getSchema(`frames#/$defs/${name}`)
  if (!validate) throw new Error(`The schema has no definition "${name}"`)
  return validate
}

/** What one side may send on a socket.
 * @param address of the socket: from step 9 on, its query decides
 * @returns a validator of parsed frames */
export function contractOf(
  side: Side,
  step: number,
  address: string,
): ValidateFunction {
  const { searchParams } = new URL(address, "ws://localhost")
  const names = definitionsFor(frameSchema, side, step)
  const withoutSince = names.find((name) => name.endsWith("-without-since"))
  const others = names.filter((name) => name !== withoutSince)
  const isOlder = withoutSince !== undefined && !searchParams.has("since")
  const [name] = isOlder ? [withoutSince] : others
  if (name === undefined) throw new Error(`The schema has no step ${step}`)
  return validatorOf(name)
}

/** @param step its folder, like "07-history"
 * @param frames all that a client has received
 * @throws Error with the first one that a server of the step never sends */
export function assertContract(
  step: string,
  address: string,
  frames: readonly string[],
): void {
  const isValid = contractOf("server", Number(step.slice(0, 2)), address)
  const wrong = frames.find((frame) => !isValid(JSON.parse(frame)))
  if (wrong === undefined) return
  throw new Error(
    `${step} sent a frame that docs/public/frames.schema.json does not ` +
      `allow on ${address}:\n${wrong}`,
  )
}

/** When the test has passed, all that the client has received must be frames of
 * that step. Of a learner's steps, only their own checks judge. */
export function checkFrames(
  { received }: SocketClient,
  step: string,
  address: string,
): void {
  if (stepsFolder !== join(root, "steps")) return
  onTestFinished(({ task }) => {
    if (task.result?.state === "pass") assertContract(step, address, received)
  })
}
