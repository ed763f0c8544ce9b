import { inBrowser, type Theme } from "vitepress"
import DefaultTheme from "vitepress/theme-without-fonts"
import AnswerDifferences from "./AnswerDifferences.vue"
import BenchPicture from "./BenchPicture.vue"
import BenchTables from "./BenchTables.vue"
import BreakIt from "./BreakIt.vue"
import { listenForCopies } from "./copy-command.ts"
import DayPlan from "./DayPlan.vue"
import FrameTable from "./FrameTable.vue"
import HomeChat from "./HomeChat.vue"
import HomePage from "./HomePage.vue"
import InPageChat from "./InPageChat.vue"
import Layout from "./Layout.vue"
import LiveConsole from "./LiveConsole.vue"
import MailToCopy from "./MailToCopy.vue"
import MessagePath from "./MessagePath.vue"
import Minutes from "./Minutes.vue"
import NamedDifferences from "./NamedDifferences.vue"
import ProfilePicture from "./ProfilePicture.vue"
import RunSheet from "./RunSheet.vue"
import SecurityTables from "./SecurityTables.vue"
import StepTable from "./StepTable.vue"
import { listenForTabs, useChosenTab } from "./tabs.ts"
import YourTurn from "./YourTurn.vue"
import "./palette.css" // first: the others use its colours
import "./buttons.css"
import "./changes.css"
import "./column.css"
import "./commands.css"
import "./diagram.css"
import "./focus.css"
import "./home.css"
import "./outline.css"
import "./one-sheet.css"
import "./pictures.css"
import "./scrolling.css"
import "./spacing.css"
import "./tasks.css"
import "./ticks.css"
import "./touch.css"
import "./print.css" // last: paper overrules screens

const components = {
  AnswerDifferences,
  BenchPicture,
  BenchTables,
  BreakIt,
  DayPlan,
  FrameTable,
  HomeChat,
  InPageChat,
  LiveConsole,
  MailToCopy,
  MessagePath,
  Minutes,
  NamedDifferences,
  ProfilePicture,
  RunSheet,
  SecurityTables,
  StepTable,
  YourTurn,
  // VitePress takes it for `layout: home`.
  home: HomePage,
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
