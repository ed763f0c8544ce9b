import { openRoom } from "/static/03-pages/room.js"
import { toMessage } from "./frame.js"
import { openOlderMessages } from "./older-messages.js"
import { openOutbox } from "./outbox.js"
import { openOutboxList } from "./outbox-list.js"
import { outboxMemory } from "./outbox-memory.js"
import { openPosition } from "./position.js"
import { openReloadOnce } from "./reload-once.js"
import { watchSigns } from "./signs-of-life.js"

/** @typedef {import("./frame.js").Frame} Frame */

const full =
  "Not sent: 100 of your messages are waiting already. " +
  "Try again when some of them are sent."

const olderServer =
  "The server is older than this page, and cannot take your messages yet. " +
  "They are kept in this tab."

const position = openPosition()
const list = openOutboxList({
  place: (element) => room.messages.keepLast(element),
  sendAgain: (key) => outbox.sendAgain(key),
  discard: (key) => outbox.discard(key),
})
const outbox = openOutbox({
  memory: outboxMemory(),
  onChange: list.show,
  onSilence: () => room.connection.reconnect(),
})
const signs = watchSigns({
  onSilence: () => room.connection.reconnect(),
  onNotJoined: meetOlderServer,
})
const reload = openReloadOnce()
/** What this connection has turned out to be.
 * @type {"unknown" | "joined" | "older"} */
let connection = "unknown"
/** How many messages are still to come that were sent before it opened. */
let missed = 0

const room = openRoom({
  notTaken: full,
  /** Each attempt goes on from what this page has shown. */
  url(address) {
    outbox.pause()
    connection = "unknown"
    missed = 0
    return address + position.query()
  },
  outbox(text) {
    const isTaken = outbox.add(text)
    if (isTaken) room.messages.toEnd()
    return isTaken
  },
  onState(state) {
    if (state === "open") return signs.opened()
    signs.ended()
    outbox.pause()
  },
  onFrame: takeFrame,
  /** @param {Frame} frame */
  toMessage(frame) {
    const { id, key } = frame
    if (missed > 0) missed--
    const isNew = id === undefined || position.take(id)
    // An older server sends its last messages, whatever was shown before.
    if (connection === "older") position.loseTrack()
    if (key !== undefined) {
      outbox.acknowledge(key)
      list.drop(key)
    }
    return isNew ? toMessage(frame) : undefined
  },
})
const older = openOlderMessages({ toMessage, isWaiting: () => missed > 0 })
list.show(outbox.entries)

/** @param {Frame} frame @returns {boolean} whether it is no message */
function takeFrame({ joined, ack, id, key, error, retryAfter, last }) {
  signs.sign()
  if (joined) join(joined)
  else if (connection === "unknown") meetOlderServer()
  if (ack !== undefined) {
    if (id !== undefined && !position.hasTaken(id)) list.keep(ack)
    outbox.acknowledge(ack)
  }
  const isRefusal = error !== undefined && key !== undefined
  if (isRefusal) outbox.refuse(key, error, retryAfter)
  const isLast = last !== undefined // a heartbeat: only a sign of life
  return joined !== undefined || ack !== undefined || isRefusal || isLast
}

/** @param {import("./position.js").Joined} joined */
function join(joined) {
  connection = "joined"
  missed = joined.count
  signs.joined()
  reload.allow()
  if (!position.join(joined)) {
    room.messages.clear()
    list.dropStored()
    older.markGap()
  }
  outbox.begin(room.connection.send)
}

/** A page of an older server can send: this one only keeps what was written. */
function meetOlderServer() {
  connection = "older"
  signs.joined()
  if (reload.isUsed) room.composer.refuse(olderServer)
  else void reload.use()
}
