/** Counts what arrives while the tab is hidden, in the tab's title. */
export function openUnread() {
  const { title } = document
  let count = 0
  document.addEventListener("visibilitychange", () => {
    count = 0
    document.title = title
  })
  return {
    /** @param {Date} [time] of the message, where it has one */
    add(time) {
      const isOlderThanPage = time && Number(time) < performance.timeOrigin
      if (!document.hidden || isOlderThanPage) return
      count++
      document.title = `(${count}) ${title}`
    },
  }
}
