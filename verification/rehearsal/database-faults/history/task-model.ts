import type { Model } from './linearizable.ts'

/** A task as it is told, without what its owner cannot change. */
export interface Seen {
  title: string
  completed: boolean
  version: number
}

export type TaskInput =
  | { kind: 'get' }
  /** with the version that it must have, if that matters */
  | { kind: 'update'; title: string; ifVersion?: number }
  | { kind: 'toggle' }
  | { kind: 'delete' }

export type TaskOutput = Seen | 'deleted' | 'missing' | 'not matched'

type TaskState = Seen | 'missing'

/** One task that is there at first. Every title is another one, so that no update leaves the task as it is. */
export const taskModel = (created: Seen): Model<TaskState, TaskInput, TaskOutput> => ({
  initial: created,
  keyOf: (state) => JSON.stringify(state),
  after: (state, input, output) => {
    const [expected, next] = done(state, input)
    const fits = output === undefined || JSON.stringify(output) === JSON.stringify(expected)
    return fits ? next : undefined
  },
})

/** What the client is told, and the state afterwards. */
const done = (state: TaskState, input: TaskInput): readonly [TaskOutput, TaskState] => {
  if (state === 'missing') return ['missing', 'missing']
  const { title, completed, version } = state
  const changed = (change: Partial<Seen>) => {
    const next = { title, completed, version: version + 1, ...change }
    return [next, next] as const
  }
  switch (input.kind) {
    case 'get':
      return [state, state]
    case 'delete':
      return ['deleted', 'missing']
    case 'toggle':
      return changed({ completed: !completed })
    case 'update': {
      const { ifVersion = version } = input
      return ifVersion === version ? changed({ title: input.title }) : ['not matched', state]
    }
  }
}
