/** The checks of step 9 about order and returning, with step 11's other layer. */
process.env.CHANNEL_LAYER = "core"
process.env.CHANNEL_CAPACITY = "10000" // bursts are checked elsewhere

await import("./09-order.test.ts")
await import("./09-returning.test.ts")

export {}
