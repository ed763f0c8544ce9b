declare module "*.vue" {
  import type { Component } from "vue"

  const component: Component
  // Vue asks for a default export.
  export default component
}

declare module "*.css"

/** What Vite sets in a page's scripts. */
interface ImportMeta {
  readonly env: { readonly DEV: boolean }
}
