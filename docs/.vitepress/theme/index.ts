import { inBrowser, type Theme } from "vitepress"
import DefaultTheme from "vitepress/theme-without-fonts"
import BenchPicture from "./BenchPicture.vue"
import BenchTables from "./BenchTables.vue"
import BreakIt from "./BreakIt.vue"
import { listenForCopies } from "./copy-command.ts"
import Layout from "./Layout.vue"
import LiveConsole from "./LiveConsole.vue"
import MessagePath from "./MessagePath.vue"
import Minutes from "./Minutes.vue"
import OtherPages from "./OtherPages.vue"
import StepTable from "./StepTable.vue"
import { listenForTabs, useChosenTab } from "./tabs.ts"
import YourTurn from "./YourTurn.vue"
import "./changes.css"
import "./column.css"
import "./commands.css"
import "./diagram.css"
import "./focus.css"
import "./pictures.css"
import "./scrolling.css"
import "./spacing.css"
import "./tasks.css"
import "./touch.css"
import "./print.css" // last: paper overrules screens

const components = {
  BenchPicture,
  BenchTables,
  BreakIt,
  LiveConsole,
  MessagePath,
  Minutes,
  OtherPages,
  StepTable,
  YourTurn,
}

const theme: Theme = {
  extends: DefaultTheme,
  Layout,
  setup: useChosenTab,
  enhanceApp({ app }) {
    for (const [name, component] of Object.entries(components)) {
      app.component(name, component)
    }
    if (inBrowser) {
      listenForCopies()
      listenForTabs()
    }
  },
}

// VitePress asks for a default export.
export default theme
