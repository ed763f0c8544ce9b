import { TooBusy } from "../../06-accounts/one-at-a-time.ts"
import type { Placed } from "../../09-delivery/messages/placed-messages.ts"
import type { BatchedMessages, NewMessage } from "./batched-messages.ts"

export interface GroupCommitOptions<Message extends NewMessage> {
  /** Must never throw, or no more messages are stored: `createMany` settles each
   * of them. */
  readonly messages: Pick<BatchedMessages, "createMany">
  /** Called for each message that was committed, in the order of their ids. The
   * next one is not delayed by its promise. Must never throw or reject: it
   * resolves to false if the layer does not take the message. */
  publish(message: Message, placed: Placed): Promise<boolean>
}

export interface Committed extends Placed {
  /** Whether the layer has taken it. */
  readonly isPublished: Promise<boolean>
}

interface Waiting<Message> {
  readonly message: Message
  readonly cameAt: number
  resolve(committed: Committed): void
  reject(error: unknown): void
}

interface Stored<Message> extends Waiting<Message> {
  readonly placed: Placed
}

/** What one commit stores, and how much may wait for the next ones. */
const [most, mostWaiting] = [64, 1_000]

/** A message that has waited longer is not stored. */
const deadlineMs = 2_000

const tooBusy = () => {
  return new TooBusy("The database is busy. Try again in a moment.")
}

/** Everything that arrives during one commit goes into the next one. */
export class GroupCommit<Message extends NewMessage> {
  private readonly waiting: Waiting<Message>[] = []
  private isCommitting = false

  constructor(private readonly options: GroupCommitOptions<Message>) {}

  /** Resolves when the message is committed, and given to the layer.
   * @throws TooBusy, SenderError, or Error: it is not stored */
  store(message: Message): Promise<Committed> {
    if (this.waiting.length >= mostWaiting) return Promise.reject(tooBusy())
    const cameAt = performance.now()
    return new Promise((resolve, reject) => {
      this.waiting.push({ message, cameAt, resolve, reject })
      if (!this.isCommitting) void this.commitAll()
    })
  }

  private async commitAll(): Promise<void> {
    // #region commit-what-waits
    this.isCommitting = true
    await undefined // what comes in one packet is for one commit
    while (this.waiting.length > 0) {
      const batch = this.inTime(this.waiting.splice(0, most))
      for (const { message, placed, resolve } of await this.commit(batch)) {
        const isPublished = this.options.publish(message, placed)
        resolve({ ...placed, isPublished })
      }
    }
    this.isCommitting = false
    // #endregion commit-what-waits
  }

  private inTime(batch: readonly Waiting<Message>[]): Waiting<Message>[] {
    const earliest = performance.now() - deadlineMs
    return batch.filter(({ cameAt, reject }) => {
      const isInTime = cameAt >= earliest
      if (!isInTime) reject(tooBusy())
      return isInTime
    })
  }

  /** Stores them in one commit. One that cannot be stored is rejected.
   * @returns the others, in the order of their ids */
  private async commit(
    batch: readonly Waiting<Message>[],
  ): Promise<Stored<Message>[]> {
    if (batch.length === 0) return []
    const messages = batch.map(({ message }) => message)
    const results = await this.options.messages.createMany(messages)
    return batch.flatMap((waiting, index) => {
      const result = results[index] as PromiseSettledResult<Placed>
      if (result.status === "fulfilled") {
        return [{ ...waiting, placed: result.value }]
      }
      waiting.reject(result.reason)
      return []
    })
  }
}
