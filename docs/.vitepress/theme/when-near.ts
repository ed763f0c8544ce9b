/** For browsers without `requestIdleCallback`. */
const pauseMs = 200

/** At the latest after this, even if the page is busy. */
const longestWaitMs = 2_000

/**
 * Calls back once, when the reader comes near an element and the browser has
 * nothing better to do.
 * @returns forgets about it
 */
export function whenNear(element: Element, callback: () => void): () => void {
  let isWanted = true
  const call = () => {
    if (isWanted) callback()
  }
  const observer = new IntersectionObserver(
    (entries) => {
      if (!entries.some((entry) => entry.isIntersecting)) return
      observer.disconnect()
      if (!("requestIdleCallback" in window)) setTimeout(call, pauseMs)
      else window.requestIdleCallback(call, { timeout: longestWaitMs })
    },
    { rootMargin: "200px" },
  )
  observer.observe(element)
  return () => {
    isWanted = false
    observer.disconnect()
  }
}
