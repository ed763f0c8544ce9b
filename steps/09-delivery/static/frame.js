/**
 * What the server of this step sends: a message, or one of the others.
 * @typedef {import("/static/03-pages/room.js").Frame & {
 *   joined?: import("./position.js").Joined,
 *   ack?: string,
 *   last?: number,
 *   key?: string,
 *   previous?: number,
 *   retryAfter?: number,
 * }} Frame
 * @typedef {import("/static/03-pages/message-element.js").Message} Message
 */

/**
 * @param {Frame} frame with a message
 * @returns {Message}
 */
export function toMessage({ id, author, message, timestamp = "" }) {
  const time = new Date(timestamp)
  // Another program may have sent the message, without a time.
  const isTime = !Number.isNaN(time.valueOf())
  return { id, author, text: message, time: isTime ? time : undefined }
}
