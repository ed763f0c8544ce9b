/** A piece of a lesson that fills a wall. */
export interface Slide {
  readonly title: string
  readonly content: readonly Element[]
}

/**
 * Takes what a group looks at together out of the lesson that is on the screen:
 * the diagram, the prediction and the rules. They are copies, so the lesson
 * stays as it is, and there is no second text to keep up to date.
 * @param title of the first slide
 * @param goal what the lesson is for, in a sentence
 */
export function readSlides(title: string, goal: string): Slide[] {
  const sentence = document.createElement("p")
  sentence.textContent = goal
  const first = { title, content: [sentence, ...diagramOf("the-idea")] }
  return [first, sectionOf("predict"), sectionOf("rules-that-always-hold")]
}

function diagramOf(heading: string): Element[] {
  const figure = elementsBelow(heading).find((it) => it.matches(".diagram"))
  const drawings = [...(figure?.querySelectorAll("svg") ?? [])]
  const drawing = drawings.find((it) => it.checkVisibility())
  if (!drawing) return figure ? [copyOf(figure)] : []
  const copy = copyOf(drawing)
  const label = drawing.closest("[aria-label]")?.getAttribute("aria-label")
  copy.setAttribute("role", "img")
  if (label) copy.setAttribute("aria-label", label)
  // It takes the size of the wall, not the one that it has on its page.
  for (const name of ["width", "height", "style"]) copy.removeAttribute(name)
  return [copy]
}

function sectionOf(heading: string): Slide {
  const title = document.getElementById(heading)?.firstChild?.textContent ?? ""
  return { title: title.trim(), content: elementsBelow(heading).map(copyOf) }
}

/** What stands between a heading and the next one. */
function elementsBelow(heading: string): Element[] {
  const found: Element[] = []
  let next = document.getElementById(heading)?.nextElementSibling
  while (next && !next.matches("h2")) {
    found.push(next)
    next = next.nextElementSibling
  }
  return found
}

/** A copy without the ids, which only the page may have; a drawing needs its
 * own for its arrows. Answers are folded. */
function copyOf(element: Element): Element {
  const copy = element.cloneNode(true) as Element
  const all = [copy, ...copy.querySelectorAll("*")]
  for (const it of all) {
    if (!it.closest("svg")) it.removeAttribute("id")
    if (it.matches("details")) it.removeAttribute("open")
  }
  return copy
}
