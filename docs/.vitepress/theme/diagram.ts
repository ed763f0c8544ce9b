import { useData } from "vitepress"
import {
  computed,
  onBeforeUnmount,
  onMounted,
  type Ref,
  ref,
  useId,
  watch,
} from "vue"
import { draw } from "./mermaid.ts"

/**
 * A diagram that is drawn when the reader comes near it, and anew when the
 * page turns dark or light. A dark page has a light one ready as well: paper is
 * white, and what prints does not wait for a drawing.
 * @param source what Mermaid draws, percent-encoded
 * @param figure where it will be
 * @returns what `Diagram.vue` shows: `problem` says why nothing is drawn
 */
export function useDiagram(
  source: string,
  figure: Readonly<Ref<HTMLElement | null>>,
) {
  const text = decodeURIComponent(source).trim()
  const isSequence = text.startsWith("sequenceDiagram")
  const kind = isSequence ? "Sequence diagram" : "Diagram"
  const id = `diagram-${useId()}`
  const { isDark } = useData()
  const svg = ref("")
  const onPaper = ref("")
  const drawnFor = ref<"" | "dark" | "light">("")
  const problem = ref("")

  /** As wide as Mermaid would like it to be. */
  const width = computed(() => {
    return /max-width: ([\d.]+px)/.exec(svg.value)?.[1] ?? "0px"
  })
  let observer: IntersectionObserver | undefined

  async function drawNow(): Promise<void> {
    const dark = isDark.value
    try {
      const light = await draw(`${id}-light`, text, false)
      svg.value = dark ? await draw(id, text, true) : light
      onPaper.value = dark ? light : ""
      drawnFor.value = dark ? "dark" : "light"
    } catch (error) {
      problem.value = String(error)
    }
  }

  onMounted(() => {
    observer = new IntersectionObserver(
      (entries) => {
        if (!entries.some((entry) => entry.isIntersecting)) return
        observer?.disconnect()
        void drawNow()
      },
      { rootMargin: "400px" },
    )
    if (figure.value) observer.observe(figure.value)
  })
  onBeforeUnmount(() => observer?.disconnect())
  watch(isDark, () => {
    if (svg.value) void drawNow()
  })

  return { text, kind, svg, onPaper, width, drawnFor, problem }
}
