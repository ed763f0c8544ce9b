import { computed, onBeforeUnmount, onMounted, type Ref, ref } from "vue"
import type { OpenSocket } from "./in-page/client-socket.ts"
import { isStepInPage, loadStep } from "./in-page/steps-in-page.ts"
import type { Person } from "./live-person.ts"
import { usePageStep } from "./page-step.ts"
import { whenNear } from "./when-near.ts"

/** What a page says of its live console. */
export interface ConsoleOptions {
  readonly path?: string
  readonly people?: 1 | 2
  /** One for all, or one for each. */
  readonly ports?: readonly number[]
}

const own = ["localhost", "127.0.0.1", "[::1]"]

/**
 * Who talks at a live console, and which server can answer: the reader's own,
 * if the page comes from their machine, and this page, if it can run the step.
 * @param root the console, which starts by itself where only the page answers
 * @returns what `LiveConsole.vue` shows
 */
export function useLiveConsole(
  options: ConsoleOptions,
  root: Readonly<Ref<HTMLElement | null>>,
) {
  const isOwnMachine = ref(true)
  /** Whether the page answers already. */
  const isInPage = ref(false)
  const step = usePageStep()
  const number = computed(() => Number(step.value.slice(0, 2)))
  const canRun = computed(() => isStepInPage(step.value))
  let opening: Promise<OpenSocket> | undefined
  let forget = () => {}

  const persons = computed(() => {
    const { path = "/ws/chat/lobby/", people = 1, ports = [8000] } = options
    return ["Ann", "Bob"].slice(0, people).map((name, index): Person => {
      const port = ports[index] ?? ports[0] ?? 8000
      return {
        name: people === 1 ? "" : name,
        address: `ws://localhost:${port}${path}`,
        command: `npm run step ${number.value}`,
        step: number.value,
        canReachServer: isOwnMachine.value,
        isInPage: isInPage.value,
        openInPage: canRun.value ? openInPage : undefined,
      }
    })
  })

  /** One server for all people of this console. */
  function openInPage(): Promise<OpenSocket> {
    if (!isStepInPage(step.value)) throw new Error(`No page runs ${step.value}`)
    opening ??= loadStep(step.value)
    return opening
  }

  onMounted(() => {
    isOwnMachine.value = own.includes(location.hostname)
    if (isOwnMachine.value || !canRun.value || !root.value) return
    forget = whenNear(root.value, () => {
      isInPage.value = true
    })
  })
  onBeforeUnmount(() => forget())

  return { isOwnMachine, isInPage, canRun, persons }
}
