import { type DefaultTheme, dataSymbol, useData, useRoute } from "vitepress"
import { computed, onBeforeUnmount, onMounted, provide, watch } from "vue"
import { passed, readPassed } from "./passed.ts"
import { isDone, readTicked } from "./progress.ts"

const tick =
  '<span class="tick" aria-hidden="true">✓</span>' +
  '<span class="visually-hidden">, done</span>'

/** Ticks the steps that are done in the sidebar of everything below the calling
 * component. What the checks saw is asked for again on each page, and when the
 * reader comes back to the window. */
export function useSidebarTicks(): void {
  const data = useData<DefaultTheme.Config>()
  const theme = computed(() => {
    const { sidebar } = data.theme.value
    if (!Array.isArray(sidebar)) return data.theme.value
    return { ...data.theme.value, sidebar: sidebar.map(withTicks) }
  })
  provide(dataSymbol, { ...data, theme })

  onMounted(() => {
    readTicked()
    void readPassed()
    window.addEventListener("focus", readPassed)
  })
  onBeforeUnmount(() => window.removeEventListener("focus", readPassed))
  const route = useRoute()
  watch(() => route.path, readPassed)
}

function withTicks(item: DefaultTheme.SidebarItem): DefaultTheme.SidebarItem {
  const { items, text, link } = item
  if (items) return { ...item, items: items.map(withTicks) }
  const [, step] = /^\/steps\/(.+)$/.exec(link ?? "") ?? []
  const mark = step && markOf(step)
  if (!text || !mark) return item
  // The links at a page's end keep the plain title.
  return { ...item, text: `${text} ${mark}`, docFooterText: text }
}

function markOf(step: string): string {
  if (isDone(step)) return tick
  const { passedTasks, tasks } =
    passed.value.find((it) => it.step === step) ?? {}
  return passedTasks
    ? `<span class="part-done">${passedTasks} of ${tasks}` +
        '<span class="visually-hidden"> tasks pass</span></span>'
    : ""
}
