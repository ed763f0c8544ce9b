import { useData } from "vitepress"
import { computed } from "vue"

/** The step that a page is about: "04-groups"; "" on other pages. */
export function usePageStep() {
  const { page } = useData()
  return computed(() => {
    return /^steps\/(.*)\.md$/.exec(page.value.relativePath)?.[1] ?? ""
  })
}
