const rule =
  "must be a valid unicode string with length < 100 containing only ASCII " +
  "alphanumerics, hyphens, underscores, or periods."

/** @throws TypeError, in the words of Channels */
export function assertChannelName(name: string): void {
  const isValid = /^[\w.-]+(![\w.-]*)?$/.test(name) && name.length < 100
  if (!isValid) throw new TypeError(`Channel name ${rule}`)
}

/** @throws TypeError, in the words of Channels */
export function assertGroupName(name: string): void {
  const isValid = /^[\w.-]+$/.test(name) && name.length < 100
  if (!isValid) throw new TypeError(`Group name ${rule}`)
}
