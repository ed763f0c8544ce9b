declare module "*.vue" {
  import type { Component } from "vue"

  const component: Component
  // Vue asks for a default export.
  export default component
}

declare module "*.css"
