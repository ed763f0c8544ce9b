import { openComposer } from "./composer.js"
import { keepConnected } from "./connection.js"
import { openConnectionBar } from "./connection-bar.js"
import { element, ownName } from "./element.js"
import { openMessageList } from "./message-list.js"
import { rememberRoom } from "./recent-rooms.js"
import { openUnanswered } from "./unanswered.js"
import { openUnread } from "./unread.js"

/**
 * What the server sends. Each step knows which fields its own frames have.
 * @typedef {{
 *   error?: string,
 *   message: string,
 *   author?: string,
 *   id?: number,
 *   timestamp?: string,
 * }} Frame
 * @typedef {import("./message-element.js").Message} Message
 */

/**
 * Connects the page to its room.
 * @param {{
 *   toMessage(frame: Frame): Message | undefined,
 *   isSaved?(error: string): boolean,
 *   onFrame?(frame: Frame): boolean,
 *   onState?(state: "open" | "lost" | "refused"): void,
 *   url?(address: string): string,
 *   outbox?(text: string, send: (data: string) => boolean): boolean,
 *   notTaken?: string,
 * }} options
 * - toMessage: what a frame shows; undefined if it shows nothing
 * - isSaved: whether an error is about a message that must not be sent again
 * - onFrame: sees each frame first; true if that was all
 * - onState: what the connection does, as `keepConnected` tells it
 * - url: the socket's address, asked for at each attempt to connect; gets the
 *   room's address
 * - outbox: takes what the person has written; false if it must stay in the
 *   field
 * - notTaken: what the person reads then
 */
export function openRoom({
  toMessage,
  isSaved = () => false,
  onFrame = () => false,
  onState = () => {},
  url = (address) => address,
  outbox,
  notTaken = "Not sent: there is no connection.",
}) {
  const self = ownName()
  const messages = openMessageList()
  const unread = openUnread()
  const unanswered = openUnanswered()
  const take = outbox ?? sendAtOnce
  const composer = openComposer((text) => take(text, connection.send), notTaken)
  const showState = openConnectionBar(() => connection.reconnect())
  const connection = keepConnected({
    url: () => url(roomUrl()),
    onFrame(frame) {
      if (onFrame(frame)) return
      if (frame.error !== undefined) return refuse(frame.error)
      const message = toMessage(frame)
      if (message) show(message)
    },
    onState(state) {
      showState(state)
      const texts = state === "open" ? [] : unanswered.takeAll()
      if (texts.length > 0) composer.refuse(unknownEnd, texts)
      onState(state)
    },
  })

  /** @param {Message} message */
  function show(message) {
    const { author, text, time } = message
    const isOwn = author !== undefined && author === self
    const mayBeOwn = isOwn || author === undefined
    const isFromHere = mayBeOwn && unanswered.remove(text)
    messages.add({ ...message, isOwn }, isOwn || isFromHere)
    if (!isOwn && !isFromHere) unread.add(time)
  }

  /** @param {string} error */
  function refuse(error) {
    if (!isSaved(error)) return composer.refuse(error, unanswered.takeAll())
    unanswered.removeOldest()
    composer.refuse(error)
  }

  /**
   * @param {string} text
   * @param {(data: string) => boolean} send
   */
  function sendAtOnce(text, send) {
    const isSent = send(JSON.stringify({ message: text }))
    if (isSent) unanswered.add(text)
    return isSent
  }

  rememberRoom(roomName())
  return { messages, composer, connection }
}

const unknownEnd =
  "The connection was lost before an answer came. " +
  "Check whether your message has arrived before you send it again."

// #region room-url
function roomUrl() {
  const room = encodeURIComponent(roomName())
  const scheme = location.protocol === "https:" ? "wss:" : "ws:"
  return `${scheme}//${location.host}/ws/chat/${room}/`
}
// #endregion room-url

/** @returns {string} */
function roomName() {
  return JSON.parse(element("room-name", HTMLScriptElement).textContent ?? "")
}
