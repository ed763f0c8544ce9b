import { useData } from "vitepress"
import {
  computed,
  nextTick,
  onBeforeUnmount,
  onMounted,
  type Ref,
  ref,
  watch,
} from "vue"
import { readKeyChoice, useKeyChoice } from "./projector-key.ts"
import { readSlides, type Slide } from "./slides.ts"
import { data as steps } from "./steps.data.ts"

/** Type that can be read from the last row. */
const largestVh = 6.4
const smallestVh = 3.1

/**
 * The projector view of a lesson.
 * @param step its name; "" on pages that are none
 * @param dialog what is opened
 * @param stage where the slides go
 */
export function useProjector(
  step: Readonly<Ref<string>>,
  dialog: Readonly<Ref<HTMLDialogElement | null>>,
  stage: Readonly<Ref<HTMLElement | null>>,
) {
  const { page } = useData()
  const slides = ref<readonly Slide[]>([])
  const index = ref(0)
  const slide = computed(() => slides.value[index.value])
  const hasKey = useKeyChoice()

  async function open(): Promise<void> {
    const it = steps.find(({ name }) => name === step.value)
    if (!it || dialog.value?.open) return
    slides.value = readSlides(`${it.number}. ${it.title}`, it.goal)
    index.value = 0
    dialog.value?.showModal()
    await show()
  }

  async function goTo(next: number): Promise<void> {
    if (!slides.value[next]) return
    index.value = next
    await show()
  }

  async function show(): Promise<void> {
    await nextTick() // then the heading is that of the slide
    const content = stage.value?.querySelector(".content")
    content?.replaceChildren(...(slide.value?.content ?? []))
    fit()
  }

  /** As large as the slide can be, and still be seen whole. */
  function fit(): void {
    const it = stage.value
    if (!it) return
    for (let size = largestVh; size >= smallestVh; size -= 0.2) {
      it.style.setProperty("--size", `${size}vh`)
      if (it.scrollHeight <= it.clientHeight) return
    }
  }

  function onKeyOfPage(event: KeyboardEvent): void {
    if (!hasKey.value || !isPlain(event) || isForField(event)) return
    if (event.key.toLowerCase() !== "p") return
    event.preventDefault()
    void open()
  }

  /** Arrows, and the keys that a presenter's remote control sends. */
  function onKeyOfView(event: KeyboardEvent): void {
    const isOn = ["ArrowRight", "PageDown"].includes(event.key)
    const isBack = ["ArrowLeft", "PageUp"].includes(event.key)
    if (!isPlain(event) || !(isOn || isBack)) return
    event.preventDefault()
    void goTo(index.value + (isOn ? 1 : -1))
  }

  onMounted(() => {
    readKeyChoice()
    document.addEventListener("keydown", onKeyOfPage)
    window.addEventListener("resize", fit)
  })
  onBeforeUnmount(() => {
    document.removeEventListener("keydown", onKeyOfPage)
    window.removeEventListener("resize", fit)
  })
  watch(
    () => page.value.relativePath,
    () => dialog.value?.close(),
  )

  return { slides, index, slide, hasKey, open, goTo, fit, onKeyOfView }
}

function isPlain({ ctrlKey, metaKey, altKey, isComposing }: KeyboardEvent) {
  return !ctrlKey && !metaKey && !altKey && !isComposing
}

/** Whether the key belongs to a field, or to an open dialog. */
function isForField({ target }: KeyboardEvent): boolean {
  const fields = "input, textarea, select, [contenteditable], dialog[open]"
  return target instanceof Element && target.closest(fields) !== null
}
