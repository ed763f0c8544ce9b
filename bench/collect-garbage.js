// Loaded into every server under test: SIGUSR2 collects its garbage, so that
// its memory can be measured without what will be gone soon.
import { setFlagsFromString } from "node:v8"
import { runInNewContext } from "node:vm"

setFlagsFromString("--expose-gc")
const collect = runInNewContext("gc")
process.on("SIGUSR2", () => collect())
