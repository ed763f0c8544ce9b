import { computed, onMounted, ref } from "vue"
import type { Person } from "./live-person.ts"
import { usePageStep } from "./page-step.ts"

/** What a page says of its live console. */
export interface ConsoleOptions {
  readonly path?: string
  readonly people?: 1 | 2
  /** One for all, or one for each. */
  readonly ports?: readonly number[]
}

const own = ["localhost", "127.0.0.1", "[::1]"]

/**
 * Who talks at a live console, and whether there can be one.
 * @returns what `LiveConsole.vue` shows
 */
export function useLiveConsole(options: ConsoleOptions) {
  const isOwnMachine = ref(true)
  const step = usePageStep()
  const number = computed(() => Number(step.value.slice(0, 2)))
  const persons = computed(() => {
    const { path = "/ws/chat/lobby/", people = 1, ports = [8000] } = options
    return ["Ann", "Bob"].slice(0, people).map((name, index): Person => {
      const port = ports[index] ?? ports[0] ?? 8000
      return {
        name: people === 1 ? "" : name,
        address: `ws://localhost:${port}${path}`,
        command: `npm run step ${number.value}`,
      }
    })
  })

  onMounted(() => {
    isOwnMachine.value = own.includes(location.hostname)
  })

  return { isOwnMachine, number, persons }
}
