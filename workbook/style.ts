import { styleText } from "node:util"

type Format = Parameters<typeof styleText>[0]

/** Whether colours are wanted where this prints. */
export const isStyled = process.stdout.isTTY === true && !process.env.NO_COLOR

/** Colours on a terminal, plain text anywhere else. */
export function styled(format: Format, text: string): string {
  return isStyled ? styleText(format, text) : text
}
