/** What has to be stopped or removed at the end, whatever happens in between. */
export interface Teardown {
  add(task: () => unknown): void
  /** Runs every task, the latest first. Returns the messages of those that failed. */
  run(): Promise<string[]>
}

/** `AsyncDisposableStack` by hand, which Node has only since 24. */
export const teardown = (): Teardown => {
  const tasks: (() => unknown)[] = []
  return {
    add: (task) => void tasks.push(task),
    run: async () => {
      const failures: string[] = []
      for (let task = tasks.pop(); task; task = tasks.pop()) {
        try {
          await task()
        } catch (error) {
          failures.push(error instanceof Error ? error.message : String(error))
        }
      }
      return failures
    },
  }
}
