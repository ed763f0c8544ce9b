import { Redis } from "ioredis"
import { holdBack } from "./frames/corked-writer.ts"

/** Commands of one turn of the event loop go to Redis in one write, and each of
 * them stays a command of its own. The setting `enableAutoPipelining` of ioredis
 * does that as well, with an object for each turn and more work for each
 * command. */
export class PipelinedRedis extends Redis {
  override sendCommand(...command: Parameters<Redis["sendCommand"]>): unknown {
    if (this.status === "ready") holdBack(this.stream)
    return super.sendCommand(...command)
  }
}
