/** Of a prime's root, the first 32 bits after the point. */
const bits = (root: number) => Math.floor((root % 1) * 2 ** 32)

const primes = Array.from({ length: 312 }, (_, number) => number)
  .filter((number) => number > 1)
  .filter((number, _, all) => {
    return !all.some((other) => other < number && number % other === 0)
  })
const constants = primes.map((prime) => bits(Math.cbrt(prime)))
const firstState = primes.slice(0, 8).map((prime) => bits(Math.sqrt(prime)))

/** SHA-256 (FIPS 180-4), at once: the browser's own needs a promise, and a page
 * from https or localhost. */
export function sha256(message: Uint8Array): Uint8Array {
  const state = Uint32Array.from(firstState)
  const blocks = new DataView(padded(message))
  for (let offset = 0; offset < blocks.byteLength; offset += 64) {
    addBlock(state, scheduleOf(blocks, offset))
  }
  const hash = new DataView(new ArrayBuffer(32))
  for (const [index, word] of state.entries()) hash.setUint32(index * 4, word)
  return new Uint8Array(hash.buffer)
}

/** The message, a one bit, zeros, and its length in bits. */
function padded(message: Uint8Array): ArrayBuffer {
  const length = Math.ceil((message.length + 9) / 64) * 64
  const bytes = new Uint8Array(length)
  bytes.set(message)
  bytes[message.length] = 0x80
  const end = new DataView(bytes.buffer)
  end.setBigUint64(length - 8, BigInt(message.length) * 8n)
  return bytes.buffer
}

function scheduleOf(blocks: DataView, offset: number): Uint32Array {
  const words = new Uint32Array(64)
  const at = (index: number) => words[index] as number
  for (let index = 0; index < 64; index += 1) {
    if (index < 16) {
      words[index] = blocks.getUint32(offset + index * 4)
      continue
    }
    const [early, late] = [at(index - 15), at(index - 2)]
    const first = turn(early, 7) ^ turn(early, 18) ^ (early >>> 3)
    const second = turn(late, 17) ^ turn(late, 19) ^ (late >>> 10)
    words[index] = at(index - 16) + first + at(index - 7) + second
  }
  return words
}

function addBlock(state: Uint32Array, words: Uint32Array): void {
  let [a, b, c, d, e, f, g, h] = state as unknown as Eight
  for (const [index, word] of words.entries()) {
    const ones = turn(e, 6) ^ turn(e, 11) ^ turn(e, 25)
    const choice = (e & f) ^ (~e & g)
    const first = h + ones + choice + (constants[index] as number) + word
    const zeros = turn(a, 2) ^ turn(a, 13) ^ turn(a, 22)
    const majority = (a & b) ^ (a & c) ^ (b & c)
    const next = (first + zeros + majority) | 0
    ;[h, g, f, e, d, c, b, a] = [g, f, e, (d + first) | 0, c, b, a, next]
  }
  const added = [a, b, c, d, e, f, g, h]
  for (const [index, word] of added.entries()) {
    state[index] = (state[index] as number) + word
  }
}

type Eight = [number, number, number, number, number, number, number, number]

function turn(word: number, count: number): number {
  return (word >>> count) | (word << (32 - count))
}
