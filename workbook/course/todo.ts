/** Marks a task that is still to be done. */
export function todo(task: string): never {
  const [step = "", name] = task.split("/")
  throw new Error(
    `${task} is still to be done. A hint: npm run hint ` +
      `${Number(step.slice(0, 2))} ${name}`,
  )
}
