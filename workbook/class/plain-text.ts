/** Control characters, halves of characters, line separators, and marks that
 * change the direction of text. */
const unprintable = /[\p{Cc}\p{Cs}\p{Zl}\p{Zp}\p{Bidi_Control}\ufeff]/gu

/** A text from a learner, as a terminal and a spreadsheet may have it: an escape
 * sequence in it would act on the instructor's terminal. */
export function plainText(text: string): string {
  return text.replace(unprintable, "\ufffd")
}
