import { useData } from "vitepress"
import { computed } from "vue"
import type { SidebarGroup } from "../../../workbook/site/sidebar.ts"

interface Sidebar {
  readonly sidebar: readonly SidebarGroup[]
}

/** The sidebar's groups, but for the first: it is the steps, which have a
 * table of their own. */
export function useOtherPages() {
  const { theme } = useData<Sidebar>()
  return computed(() => theme.value.sidebar.slice(1))
}
