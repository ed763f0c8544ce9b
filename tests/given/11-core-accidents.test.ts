/** The checks of steps 7 and 9 about accidents, with step 11's other layer. */
process.env.CHANNEL_LAYER = "core"
// A burst that fills a queue is healed within 20 s, and these checks wait for
// 10 s. What a full queue loses is checked in 11-load-burst.test.ts.
process.env.CHANNEL_CAPACITY = "10000"

await import("./07-seen-is-kept.test.ts")
await import("./09-killed.test.ts")
await import("./09-redis-away.test.ts")

export {}
