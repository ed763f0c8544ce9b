// Loaded into every server under test. SIGUSR2 collects its garbage: memory is
// measured without what is no longer used.
import { setFlagsFromString } from "node:v8"
import { runInNewContext } from "node:vm"

setFlagsFromString("--expose-gc")
const collect = runInNewContext("gc")
process.on("SIGUSR2", () => collect())
