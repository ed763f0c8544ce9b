// Loaded into a server whose profile is taken. The first SIGUSR2 starts the
// profiler, the second one writes its profile into PROFILE_FOLDER.
import { readFileSync, writeFileSync } from "node:fs"
import { Session } from "node:inspector"
import { join } from "node:path"

const { pid } = process
const samplingIntervalUs = 250
const tickMs = 10 // as Linux counts
const session = new Session()
session.connect()
session.post("Profiler.enable")
session.post("Profiler.setSamplingInterval", { interval: samplingIntervalUs })

let beganMs

process.on("SIGUSR2", () => {
  if (beganMs === undefined) {
    beganMs = mainThreadMs()
    session.post("Profiler.start")
  } else {
    const cpuMs = mainThreadMs() - beganMs
    session.post("Profiler.stop", (error, result) => {
      if (error) throw new Error(error.message)
      const file = join(process.env.PROFILE_FOLDER, `${pid}.json`)
      writeFileSync(file, JSON.stringify({ cpuMs, ...result }))
    })
  }
})

/** A profile counts the time on the clock, in which the process may have waited
 * for the core. */
function mainThreadMs() {
  const stat = readFileSync(`/proc/${pid}/task/${pid}/stat`, "latin1")
  const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ")
  return (Number(fields[11]) + Number(fields[12])) * tickMs
}
