/** @returns a server's text frame (RFC 6455, 5.2); at most 65,535 bytes */
export function serverFrame(text: string): Buffer {
  const length = Buffer.byteLength(text)
  const start = length < 126 ? 2 : 4
  const frame = Buffer.allocUnsafe(start + length)
  frame[0] = 0x81
  frame[1] = length < 126 ? length : 126
  if (length >= 126) frame.writeUInt16BE(length, 2)
  frame.write(text, start)
  return frame
}
