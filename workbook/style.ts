import { styleText } from "node:util"

type Format = Parameters<typeof styleText>[0]

/** Whether the output should have colours. */
export const isStyled = process.stdout.isTTY === true && !process.env.NO_COLOR

/** Colours on a terminal, plain text anywhere else. */
export function styled(format: Format, text: string): string {
  return isStyled ? styleText(format, text) : text
}
