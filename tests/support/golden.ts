/** What the Django original answers, where ours differs on purpose. */
interface Difference {
  readonly django?: string
  readonly why?: string
}

/** A request for a socket, and what ours answers. */
export interface Handshake extends Difference {
  readonly id: string
  readonly what: string
  readonly path: string
  /** Replace the usual lines of the request; empty leaves one out. */
  readonly lines?: Readonly<Record<string, string>>
  readonly status: number
  /** The status with the cookie of a user, from step 6 on. */
  readonly withSession?: number
}

/** One frame and its answer: a message, an error frame, or a closing. */
export interface Frame extends Difference {
  readonly id: string
  readonly what: string
  readonly frame: string | Uint8Array
  readonly answer:
    | { readonly message: string }
    | { readonly error: RegExp }
    | { readonly code: number }
}

const notFound = {
  status: 404,
  django: "refused with 500",
  why: "an address that does not exist is not an error of the server",
}
const anyName = {
  status: 101,
  django: "refused with 500 if the layer checks group names",
  why: "a room can have any name: its group gets a valid one",
}
const malformed = {
  status: 400,
  django: "accepted, or refused with 500, by the layer",
  why: "escapes that are not UTF-8 are not a room's name",
}
const foreign = {
  status: 101,
  withSession: 403,
  django: "accepted; with AllowedHostsOriginValidator, refused with 403",
  why: "another site must not use a user's cookie",
}

export const handshakes: readonly Handshake[] = [
  { id: "A01", what: "a room", path: "/ws/chat/lobby/", status: 101 },
  {
    id: "A03",
    what: "no slash at the end",
    path: "/ws/chat/lobby",
    ...notFound,
  },
  { id: "A04", what: "an unknown path", path: "/nope/", ...notFound },
  { id: "A05", what: "the root", path: "/", ...notFound },
  { id: "A06", what: "an empty room", path: "/ws/chat//", ...notFound },
  { id: "A07", what: "one more segment", path: "/ws/chat/a/b/", ...notFound },
  { id: "A08", what: "a slash, encoded", path: "/ws/chat/a%2Fb/", ...notFound },
  { id: "A09", what: "a space", path: "/ws/chat/a%20b/", ...anyName },
  {
    id: "A10",
    what: "Japanese",
    path: "/ws/chat/%E6%97%A5%E6%9C%AC/",
    ...anyName,
  },
  {
    id: "A11",
    what: "Unicode that is not encoded",
    path: "/ws/chat/日本/",
    status: 400,
  },
  { id: "A12", what: "encoded ASCII", path: "/ws/chat/%6Cobby/", status: 101 },
  { id: "A13", what: "a broken escape", path: "/ws/chat/a%zz/", ...malformed },
  { id: "A14", what: "not UTF-8", path: "/ws/chat/%FF/", ...malformed },
  { id: "A15", what: "a-b_c.d", path: "/ws/chat/a-b_c.d/", status: 101 },
  { id: "A16", what: "an exclamation mark", path: "/ws/chat/a!b/", ...anyName },
  {
    id: "A17",
    what: "94 characters",
    path: `/ws/chat/${"x".repeat(94)}/`,
    status: 101,
  },
  {
    id: "A18",
    what: "95 characters",
    path: `/ws/chat/${"x".repeat(95)}/`,
    ...anyName,
  },
  {
    id: "A19",
    what: "4,000 characters",
    path: `/ws/chat/${"x".repeat(4_000)}/`,
    ...notFound,
  },
  { id: "A20", what: "a query", path: "/ws/chat/lobby/?x=1", status: 101 },
  {
    id: "A21",
    what: "two leading slashes",
    path: "//ws/chat/lobby/",
    status: 101,
    django: "refused with 500 by Daphne, accepted by uvicorn",
    why: "URLRouter strips all of them, and the server leaves that to it",
  },
  { id: "A22", what: "capitals", path: "/WS/CHAT/lobby/", ...notFound },
  { id: "A23", what: "a page's address", path: "/chat/lobby/", ...notFound },
  {
    id: "A24",
    what: "a subprotocol is offered",
    path: "/ws/chat/lobby/",
    lines: { "Sec-WebSocket-Protocol": "chat" },
    status: 101,
  },
  {
    id: "A25",
    what: "compression is offered",
    path: "/ws/chat/lobby/",
    lines: { "Sec-WebSocket-Extensions": "permessage-deflate" },
    status: 101,
  },
  {
    id: "A26",
    what: "no key",
    path: "/ws/chat/lobby/",
    lines: { "Sec-WebSocket-Key": "" },
    status: 400,
  },
  {
    id: "A27",
    what: "version 8",
    path: "/ws/chat/lobby/",
    lines: { "Sec-WebSocket-Version": "8" },
    status: 101,
  },
  {
    id: "A28",
    what: "POST",
    path: "/ws/chat/lobby/",
    lines: { request: "POST /ws/chat/lobby/ HTTP/1.1" },
    status: 405,
  },
  {
    id: "A29",
    what: "another host",
    path: "/ws/chat/lobby/",
    lines: { Host: "evil.example" },
    status: 101,
  },
  {
    id: "A30",
    what: "another site's origin",
    path: "/ws/chat/lobby/",
    lines: { Origin: "http://evil.example" },
    ...foreign,
  },
  {
    id: "A31",
    what: "its own origin",
    path: "/ws/chat/lobby/",
    lines: { Host: "chat.example", Origin: "http://chat.example" },
    status: 101,
  },
  {
    id: "A32",
    what: "another port of this host",
    path: "/ws/chat/lobby/",
    lines: { Origin: "https://localhost:1" },
    ...foreign,
    django: "accepted",
  },
  { id: "A33", what: "no origin", path: "/ws/chat/lobby/", status: 101 },
  {
    id: "A34",
    what: "the origin null",
    path: "/ws/chat/lobby/",
    lines: { Origin: "null" },
    ...foreign,
  },
]

function refused(error: RegExp) {
  return {
    answer: { error },
    django: "closed with 1011",
    why: "an invalid frame never closes a connection",
  }
}

/** @param django what the original sends back */
function textOnly(django: string) {
  return {
    answer: { error: /"message" must be a string/ },
    django,
    why: "a message is a string",
  }
}

const tooLong = {
  answer: { code: 1009 },
  django: "the message",
  why: "65,536 bytes are enough for a chat, and limit what a client can cost",
}

const json = (message: unknown) => JSON.stringify({ message })

export const frames: readonly Frame[] = [
  { id: "B01", what: "not JSON", frame: "hello", ...refused(/not JSON/) },
  { id: "B02", what: "an empty frame", frame: "", ...refused(/not JSON/) },
  {
    id: "B03",
    what: "no message",
    frame: '{"a":1}',
    ...refused(/must be a string/),
  },
  { id: "B04", what: "an array", frame: "[]", ...refused(/must be a string/) },
  {
    id: "B05",
    what: "a list",
    frame: '["message"]',
    ...refused(/must be a string/),
  },
  { id: "B06", what: "a string", frame: '"message"', ...refused(/object/) },
  { id: "B07", what: "a number", frame: "5", ...refused(/object/) },
  { id: "B08", what: "null", frame: "null", ...refused(/object/) },
  {
    id: "B09",
    what: "extra keys",
    frame: '{"message":"x","user":"u","type":"t"}',
    answer: { message: "x" },
  },
  {
    id: "B10",
    what: "a repeated key",
    frame: '{"message":"a","message":"b"}',
    answer: { message: "b" },
  },
  {
    id: "B11",
    what: "null as message",
    frame: '{"message":null}',
    ...textOnly('{"message": null}'),
  },
  {
    id: "B12",
    what: "a number as message",
    frame: '{"message":1}',
    ...textOnly('{"message": 1}'),
  },
  {
    id: "B13",
    what: "a list of numbers as message",
    frame: '{"message":[1.0,1e3,0.1,-0.0,1e-7]}',
    ...textOnly('{"message": [1.0, 1000.0, 0.1, -0.0, 1e-07]}'),
  },
  {
    id: "B14",
    what: "2^64 as message",
    frame: '{"message":18446744073709551616}',
    ...textOnly('{"message": 18446744073709551616}, or closed with 1011'),
  },
  {
    id: "B15",
    what: "NaN",
    frame: '{"message":NaN}',
    answer: { error: /not JSON/ },
    django: '{"message": NaN}',
    why: "that is not JSON, and no browser can parse it",
  },
  {
    id: "B16",
    what: "1e999",
    frame: '{"message":1e999}',
    ...textOnly('{"message": Infinity}'),
  },
  {
    id: "B17",
    what: "an object as message",
    frame: '{"message":{"b":1,"a":[true,false,null]}}',
    ...textOnly('{"message": {"b": 1, "a": [true, false, null]}}'),
  },
  {
    id: "B18",
    what: "an empty message",
    frame: json(""),
    answer: { message: "" },
  },
  {
    id: "B19",
    what: "Unicode",
    frame: json("é日本😀"),
    answer: { message: "é日本😀" },
    django: String.raw`{"message": "\u00e9\u65e5\u672c\ud83d\ude00"}`,
    why: "the same string: JSON does not need the escapes",
  },
  {
    id: "B20",
    what: "escapes",
    frame: json('<b>"q"</b>\n\t\\/\u2028\u007f'),
    answer: { message: '<b>"q"</b>\n\t\\/\u2028\u007f' },
  },
  {
    id: "B21",
    what: "a lone surrogate",
    frame: String.raw`{"message":"\ud800"}`,
    answer: { message: "\ufffd" },
    django: String.raw`{"message": "\ud800"}, or closed with 1011 if the layer is in Redis`,
    why: "a lone surrogate has no UTF-8 form: it is replaced",
  },
  { id: "B22", what: "NUL", frame: json("a\0b"), answer: { message: "a\0b" } },
  {
    id: "B23",
    what: "a leading byte order mark",
    frame: '\ufeff{"message":"x"}',
    ...refused(/not JSON/),
  },
  {
    id: "B24",
    what: "white space around the JSON",
    frame: ' \n{"message":"x"}\t ',
    answer: { message: "x" },
  },
  {
    id: "B25",
    what: "more after the JSON",
    frame: '{"message":"x"}x',
    ...refused(/not JSON/),
  },
  {
    id: "B26",
    what: "a raw control character",
    frame: '{"message":"a\nb"}',
    ...refused(/not JSON/),
  },
  {
    id: "B27",
    what: "single quotes",
    frame: "{'message':'x'}",
    ...refused(/not JSON/),
  },
  {
    id: "B28",
    what: "JSON in a binary frame",
    frame: Buffer.from('{"message":"x"}'),
    ...refused(/binary/),
  },
  {
    id: "B29",
    what: "junk in a binary frame",
    frame: Buffer.from([0, 255, 1, 254]),
    ...refused(/binary/),
  },
  {
    id: "B30",
    what: "an empty binary frame",
    frame: Buffer.alloc(0),
    ...refused(/binary/),
  },
  ...["B33 64", "B34 1024", "B35 15360", "B36 17408", "B37 65536"].map(
    (row) => {
      const [id = "", size = ""] = row.split(" ")
      return {
        id,
        what: `a message of ${size} KiB`,
        frame: json("x".repeat(Number(size) * 1024)),
        ...tooLong,
      }
    },
  ),
]

/** Bytes that break the protocol itself, and the close code for them. */
export const brokenFrames = [
  {
    id: "B31",
    what: "text that is not UTF-8",
    bytes: [0x81, 0x82, 0, 0, 0, 0, 0xc3, 0x28],
    code: 1007,
    django: "closed with 1006",
  },
  {
    id: "B38",
    what: "a frame without a mask",
    bytes: [0x81, 0x02, 0x68, 0x69],
    code: 1002,
    django: "closed without a close frame",
  },
  {
    id: "B39",
    what: "the reserved opcode 3",
    bytes: [0x83, 0x80, 0, 0, 0, 0],
    code: 1002,
    django: "closed without a close frame",
  },
]
