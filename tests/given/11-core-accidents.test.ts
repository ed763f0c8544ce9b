/** The checks of steps 7 and 9 about accidents, with step 11's other layer. */
process.env.CHANNEL_LAYER = "core"

await import("./07-seen-is-kept.test.ts")
await import("./09-killed.test.ts")
await import("./09-redis-away.test.ts")

export {}
