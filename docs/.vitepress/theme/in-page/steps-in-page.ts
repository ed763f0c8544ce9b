import type { OpenSocket } from "./client-socket.ts"

/** The steps whose sockets need nothing that a page lacks. */
const steps = ["01-echo", "02-routing", "04-groups"] as const

export type StepInPage = (typeof steps)[number]

export function isStepInPage(step: string): step is StepInPage {
  return steps.some((name) => name === step)
}

/** Loads the code of the steps, when it is first wanted.
 * @returns opens sockets to the step, all of them to one server */
export async function loadStep(step: StepInPage): Promise<OpenSocket> {
  const { serveInPage } = await import("./serve-in-page.ts")
  return serveInPage(step)
}
