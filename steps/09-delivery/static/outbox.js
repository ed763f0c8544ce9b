/**
 * A message on its way. It is `sending` until the server has answered, and
 * `failed` if the answer was no.
 * @typedef {{
 *   key: string,
 *   text: string,
 *   state: "sending" | "failed",
 *   error?: string,
 * }} Entry
 */

const most = 100
const longestAnswerMs = 10_000

/**
 * Keeps what the person has written until the server has stored it. One message
 * is sent at a time, in their order, and again on the next connection if there
 * was no answer: its key tells the server that it is the same.
 * @param {{
 *   memory: { read(): string, write(text: string): void },
 *   onChange(entries: readonly Entry[]): void,
 *   onSilence(): void,
 * }} options
 * - memory: where the entries outlive the page
 * - onSilence: the connection gives no answer
 */
export function openOutbox({ memory, onChange, onSilence }) {
  let entries = readEntries(memory.read())
  /** Undefined while there is no connection, or the server has not answered it.
   * @type {((data: string) => boolean) | undefined} */
  let send
  /** The key of the message that waits for its answer, or for its next try. */
  let waiting = ""
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let timer

  /** @param {Entry[]} changed */
  function change(changed) {
    entries = changed
    memory.write(JSON.stringify(entries))
    onChange(entries)
  }

  /** Sends the first message that is on its way, if none waits for its answer. */
  function sendNext() {
    // #region outbox
    const next = entries.find(({ state }) => state === "sending")
    if (!next || waiting !== "" || !send) return
    const { key, text: message } = next
    if (!send(JSON.stringify({ message, key }))) return
    waiting = key
    timer = setTimeout(onSilence, longestAnswerMs)
    // #endregion outbox
  }

  /** @param {string} key of a message that has its answer */
  function settled(key) {
    if (key !== waiting) return
    clearTimeout(timer)
    waiting = ""
    sendNext()
  }

  /** @param {string} key */
  function remove(key) {
    const left = entries.filter((entry) => entry.key !== key)
    if (left.length < entries.length) change(left)
    settled(key)
  }

  return {
    /** @returns {readonly Entry[]} */
    get entries() {
      return entries
    },

    /**
     * @param {string} text
     * @returns {boolean} false if too many are on their way
     */
    add(text) {
      if (entries.length >= most) return false
      change([...entries, { key: newKey(), text, state: "sending" }])
      sendNext()
      return true
    },

    /** The server has answered the connection: messages may be sent on it.
     * @param {(data: string) => boolean} sendOn */
    begin(sendOn) {
      send = sendOn
      sendNext()
    },

    /** The connection has ended, and no answer will come on it. */
    pause() {
      clearTimeout(timer)
      send = undefined
      waiting = ""
    },

    /** It is stored: by its `ack`, or it has come back as a message.
     * @param {string} key */
    acknowledge(key) {
      remove(key)
    },

    /**
     * It was refused. The same is tried again if that helps.
     * @param {string} key
     * @param {string} error
     * @param {number} [retryAfter] in seconds
     */
    refuse(key, error, retryAfter) {
      if (retryAfter !== undefined) {
        if (key !== waiting) return
        clearTimeout(timer)
        timer = setTimeout(settled, retryAfter * 1_000, key)
        return
      }
      change(
        entries.map((entry) => {
          return entry.key === key
            ? { ...entry, state: "failed", error }
            : entry
        }),
      )
      settled(key)
    },

    /** Sends a failed one again, after all others. Its key was refused for good,
     * so it gets a new one.
     * @param {string} key */
    sendAgain(key) {
      const entry = entries.find((it) => it.key === key)
      if (entry?.state !== "failed") return
      const others = entries.filter((it) => it !== entry)
      const { text } = entry
      change([...others, { key: newKey(), text, state: "sending" }])
      sendNext()
    },

    /** Gives a message up. @param {string} key */
    discard(key) {
      remove(key)
    },
  }
}

/** Not `randomUUID`: a page over plain HTTP has it only on this computer. */
function newKey() {
  const bytes = crypto.getRandomValues(new Uint8Array(16))
  return [...bytes].map((it) => it.toString(16).padStart(2, "0")).join("")
}

/**
 * @param {string} text
 * @returns {Entry[]} none if it is no list of ours
 */
function readEntries(text) {
  try {
    const read = JSON.parse(text)
    return Array.isArray(read) ? read : []
  } catch {
    return []
  }
}
