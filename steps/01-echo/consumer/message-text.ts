import { SenderError } from "./sender-error.ts"

/** Counted in UTF-16 units, like the input field of the page. */
const maxLength = 10_000

/** Thousands of marks on one letter freeze every page that shows it. Joiners
 * between them do not end the letter. */
const tooManyMarks = /((?:\p{M}[\u200c\u200d]*){8})(?:\p{M}|[\u200c\u200d])+/gu

/** The text of a message, safe to show: a lone surrogate is replaced, and a
 * letter keeps at most eight combining marks.
 * @throws SenderError if the text is too long */
export function messageText(text: string): string {
  if (text.length > maxLength) {
    throw new SenderError(
      `A message has at most 10,000 characters, and this one has ` +
        `${text.length.toLocaleString("en")}. Send it in parts.`,
    )
  }
  return text.toWellFormed().replace(tooManyMarks, "$1")
}
