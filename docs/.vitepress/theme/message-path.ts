import { computed, onBeforeUnmount, onMounted, type Ref, ref } from "vue"
import { usePageStep } from "./page-step.ts"
import { data } from "./paths.data.ts"

/**
 * The way of a message through the page's step, and the stage at which the
 * reader is.
 * @param track holds the stages, each a `li.stage` with a button; null where
 * nothing is shown
 * @returns what `MessagePath.vue` shows; no stages on pages without a step
 */
export function useMessagePath(track: Readonly<Ref<HTMLElement | null>>) {
  const step = usePageStep()
  const stages = computed(() => data[step.value] ?? [])
  const newStages = computed(() => stages.value.filter(({ isNew }) => isNew))

  /** Without scripts, and on paper, it is a list with all its texts. */
  const isLive = ref(false)
  const current = ref(0)
  const offset = ref(0)
  let observer: ResizeObserver | undefined

  /** In the first step everything is new, and nothing is marked. */
  const marksNew = computed(() => stages.value.some(({ isNew }) => !isNew))
  const stage = computed(() => stages.value[current.value])
  const isFirst = computed(() => current.value === 0)
  const isLast = computed(() => current.value === stages.value.length - 1)

  function go(index: number): void {
    current.value = Math.max(0, Math.min(index, stages.value.length - 1))
    measure()
  }

  function measure(): void {
    const items = track.value?.querySelectorAll<HTMLElement>("li.stage")
    offset.value = items?.[current.value]?.offsetTop ?? 0
  }

  function onKey(event: KeyboardEvent): void {
    const targets: Record<string, number> = {
      ArrowDown: current.value + 1,
      ArrowRight: current.value + 1,
      ArrowUp: current.value - 1,
      ArrowLeft: current.value - 1,
      Home: 0,
      End: stages.value.length - 1,
    }
    const target = targets[event.key]
    if (target === undefined) return
    event.preventDefault()
    go(target)
    if (!buttons().includes(event.target as HTMLElement)) return
    const button = buttons()[current.value]
    button?.focus({ preventScroll: true })
    button?.scrollIntoView({ block: "nearest" }) // not behind the panel
  }

  /** Those of the stages; the arrows move the focus from one to the next. */
  function buttons(): HTMLElement[] {
    const found = track.value?.querySelectorAll<HTMLElement>("li.stage button")
    return [...(found ?? [])]
  }

  function begins(index: number): boolean {
    return stages.value[index]?.when !== stages.value[index - 1]?.when
  }

  onMounted(() => {
    isLive.value = true
    observer = new ResizeObserver(measure)
    if (track.value) observer.observe(track.value)
  })
  onBeforeUnmount(() => observer?.disconnect())

  return {
    stages,
    newStages,
    isLive,
    current,
    offset,
    marksNew,
    stage,
    isFirst,
    isLast,
    go,
    onKey,
    begins,
  }
}
