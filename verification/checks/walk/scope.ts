import { MARKER_TAG, type TaskJson } from '../../engine/check-context.ts'

export type Who = 'A' | 'B'
export const otherThan = { A: 'B', B: 'A' } as const

/** What makes the texts of one walk its own, so that whatever is repeated is repeated on fresh tasks. */
export interface Scope {
  token: string
  /** an id that no task has */
  nobody: string
  subjects: Readonly<Record<Who, string>>
}

/** What a task is made of or changed to: words, of which each walk makes texts of its own. */
export type Words = Partial<
  Pick<TaskJson, 'title' | 'description' | 'completed' | 'priority' | 'due_date' | 'tags'>
>

/** The word for the tag by which a walk finds its tasks. */
export const HERE = 'here'

export const titleOf = ({ token }: Scope, by: Who, word: string): string => `${token}${by} ${word}`

export const tagOf = ({ token }: Scope, word: string): string =>
  word === HERE ? `walk-${token}` : word

/** The JSON that says these words. */
export const bodyOf = (scope: Scope, by: Who, { title, tags, ...others }: Words): Words => ({
  ...(title !== undefined && { title: titleOf(scope, by, title) }),
  ...others,
  ...(tags !== undefined && { tags: [MARKER_TAG, ...tags.map((word) => tagOf(scope, word))] }),
})

/** The words for what a task of this user is. */
export const wordsOf = (scope: Scope, by: Who, json: TaskJson): Words => ({
  title: json.title.slice(titleOf(scope, by, '').length),
  description: json.description,
  completed: json.completed,
  priority: json.priority,
  due_date: json.due_date,
  tags: json.tags
    .filter((tag) => tag !== MARKER_TAG)
    .map((tag) => (tag === tagOf(scope, HERE) ? HERE : tag)),
})

export const normalTag = (tag: string): string => tag.trim().toLowerCase()

/** The members as a task keeps them. */
export const kept = ({ title, tags, ...others }: Words): Words => ({
  ...others,
  ...(title !== undefined && { title: title.trim() }),
  ...(tags !== undefined && { tags: [...new Set(tags.map(normalTag))] }),
})
