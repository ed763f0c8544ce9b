const maxReasonBytes = 123

/** Refuses what no close frame may have as its code or reason (RFC 6455, 7.4).
 * @param reason at most 123 bytes
 * @throws RangeError with what may be sent instead */
export function assertCloseable(code = 1000, reason = ""): void {
  if (!isSendable(code)) {
    throw new RangeError(
      `Close code ${code} cannot be sent: use 1000 to 1003, 1007 to 1014, ` +
        "or one of your own from 3000 to 4999",
    )
  }
  if (Buffer.byteLength(reason) > maxReasonBytes) {
    throw new RangeError(`A close reason has at most ${maxReasonBytes} bytes`)
  }
}

/** 1004, 1005 and 1006 are reserved: they never travel. */
function isSendable(code: number): boolean {
  if (!Number.isInteger(code)) return false
  if (code >= 3000) return code <= 4999
  return code >= 1000 && code <= 1014 && (code < 1004 || code > 1006)
}
