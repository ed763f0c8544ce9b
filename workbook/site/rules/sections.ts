import type { Site } from "../site.ts"

/** The sections of a lesson. */
export const sections = [
  "What you will be able to do",
  "What must always hold",
  "The idea",
  "In Channels and here",
  "The walk",
  "Predict",
  "Run it and watch",
  "Your turn",
  "Break it",
  "Check yourself",
  "Also here",
  "What Channels users trip over here",
  "What comes next",
]

/** Where a step has files that its lesson leaves out: what keeps it robust. */
const optional = "Also here"

/** Every lesson has the same sections in the same order: who has read one finds
 * their way in the next. */
export function lessonSections({ lessons }: Site): string[] {
  return lessons.flatMap((page) => {
    const own = page.headings.filter(({ level }) => level === 2)
    const unknown = own
      .filter(({ text }) => !sections.includes(text))
      .map(({ text, line }) => {
        return `${page.place(line)}: "## ${text}" is no section of a lesson: use "###"`
      })
    const missing = sections
      .filter((name) => name !== optional)
      .filter((name) => !own.some(({ text }) => text === name))
      .map((name) => `${page.place(1)}: the section "## ${name}" is missing`)
    const known = own.filter(({ text }) => sections.includes(text))
    const late = known.find(({ text }, index) => {
      const before = known[index - 1]?.text ?? ""
      return sections.indexOf(text) <= sections.indexOf(before)
    })
    const order = late
      ? [
          `${page.place(late.line)}: "## ${late.text}" comes too late, or twice: ` +
            `the order is ${sections.join(", ")}`,
        ]
      : []
    return [...unknown, ...missing, ...order]
  })
}
