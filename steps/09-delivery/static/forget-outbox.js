import { element } from "/static/03-pages/element.js"
import { forgetAllOutboxes, forgetOutboxesOfOthers } from "./outbox-memory.js"

forgetOutboxesOfOthers()

// A room's page may write to its outbox until it is left.
element("logout-submit", HTMLButtonElement).form?.addEventListener(
  "submit",
  () => addEventListener("pagehide", forgetAllOutboxes),
)
