import type { Machine, Result } from "./result.ts"

/** @returns when and on which machine a run was measured */
export function describeRun({ date, machine, turns }: Result): string {
  const { processor, cores, memoryGb, system, node } = machine
  const day = new Date(date).toLocaleDateString("en", {
    dateStyle: "long",
    timeZone: "UTC",
  })
  const often = turns === 1 ? "one turn" : `${turns} turns`
  return (
    `Measured on ${day} in ${often}: ${processor}, ${cores} cores, ` +
    `${memoryGb} GB of memory, ${system}, Node ${node}.`
  )
}

/** @returns which programs had which core */
export function describeCores({ isPinned }: Machine): string {
  return isPinned
    ? "Servers and Redis had one core, the load generator another."
    : "Servers and load generator shared all cores."
}
