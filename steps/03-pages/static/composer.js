import { element } from "./element.js"
import { memory } from "./memory.js"

/**
 * The field for a message. No text is lost in it: not by a reload, and not if
 * it cannot be sent, or if the server refuses it.
 * @param {(text: string) => boolean} send tells whether it took the text
 * @param {string} notTaken what the person reads if it did not
 */
export function openComposer(send, notTaken) {
  const form = element("chat-form", HTMLFormElement)
  const input = element("chat-message-input", HTMLInputElement)
  const error = element("chat-error", HTMLElement)
  const draft = memory("sessionStorage", `draft of ${location.pathname}`)
  /** Refused, and waiting for the field to be empty.
   * @type {string[]} */
  const refused = []

  function show(sentence = "") {
    const waiting = refused.map((text) => `“${text}”`)
    error.textContent = [sentence, ...waiting].join(" ")
  }

  /** @param {string} text */
  function fill(text) {
    input.value = text
    draft.write(text)
  }

  input.value = draft.read()
  input.addEventListener("input", () => {
    draft.write(input.value)
    if (refused.length === 0) show()
  })
  form.addEventListener("submit", (event) => {
    event.preventDefault()
    input.focus()
    if (input.value.trim() === "") return
    if (!send(input.value)) return show(notTaken)
    const next = refused.shift()
    fill(next ?? "")
    show(next && "This message was not sent.")
  })

  return {
    /**
     * @param {string} sentence that says what is wrong; stays until the person
     *   types or sends
     * @param {string[]} texts that were not sent
     */
    refuse(sentence, texts = []) {
      refused.push(...texts)
      if (input.value === "") fill(refused.shift() ?? "")
      show(sentence)
    },
  }
}
