/** The texts that were sent, and neither shown nor refused yet. */
export function openUnanswered() {
  /** @type {string[]} */
  const texts = []
  return {
    /** @param {string} text */
    add(text) {
      texts.push(text)
    },

    /**
     * @param {string} text of a message that is now shown
     * @returns whether it was sent from here
     */
    remove(text) {
      const index = texts.indexOf(text)
      if (index >= 0) texts.splice(index, 1)
      return index >= 0
    },

    /** The server handles the messages of a client one after the other. */
    removeOldest() {
      texts.shift()
    },

    /** All of them, since an error does not tell which one it is about. */
    takeAll() {
      return texts.splice(0)
    },
  }
}
