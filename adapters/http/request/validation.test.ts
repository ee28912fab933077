import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import type { TSchema } from 'typebox'
import { Completion, NewTask, TaskChange } from '../contract/schemas.ts'
import { validator } from './validation.ts'

const violationsOf = (schema: TSchema, value: unknown) =>
  validator(schema)(value).map(({ field, message }) => `${field} ${message}`)
const object = [' must be a JSON object']
const flag = 'completed must be true or false'
const title = 'title must be a string, 1 to 200 characters after trimming'
const tags = 'tags must be a list, each a string'
const rows: [string, TSchema, unknown, string[]][] = [
  ['a title is enough', NewTask, { title: 'a' }, []],
  ['unknown members are no matter', NewTask, { title: 'a', id: 1, x: {}, constructor: 1 }, []],
  ['a title is needed', NewTask, {}, [title]],
  ['a title is a string', NewTask, { title: 1 }, [title]],
  ['a title is not null', NewTask, { title: null }, [title]],
  ['a title is not inherited', NewTask, JSON.parse('{"__proto__":{"title":"a"}}'), [title]],
  ['no member is needed to change', TaskChange, {}, []],
  ['nulls that clear', TaskChange, { description: null, due_date: null }, []],
  [
    'nulls that do not',
    TaskChange,
    { title: null, completed: null, priority: null, tags: null },
    [title, flag, 'priority must be one of low, medium, high', tags],
  ],
  [
    'everything at once, however much it is',
    NewTask,
    {
      title: 1,
      description: 1,
      completed: 'x',
      priority: 'X',
      due_date: '',
      tags: ['a', 1, 2, 3, 4, 5, 6, 7, 8, 9],
    },
    [
      title,
      'description must be a string, at most 2000 characters or null',
      flag,
      'priority must be one of low, medium, high',
      'due_date must be a real date as YYYY-MM-DD or null',
      tags,
    ],
  ],
  ['nothing is coerced', TaskChange, { completed: 'true' }, [flag]],
  ['not from a number either', TaskChange, { completed: 1 }, [flag]],
  [
    'a priority is one of three',
    TaskChange,
    { priority: 'High' },
    ['priority must be one of low, medium, high'],
  ],
  ['tags are a list', TaskChange, { tags: 'a' }, [tags]],
  ['tags are strings, said once', TaskChange, { tags: [1, null, ['a']] }, [tags]],
  [
    'a day is no time',
    TaskChange,
    { due_date: '2026-01-01T00:00:00Z' },
    ['due_date must be a real date as YYYY-MM-DD or null'],
  ],
  [
    'a day is no number',
    TaskChange,
    { due_date: 20260101 },
    ['due_date must be a real date as YYYY-MM-DD or null'],
  ],
  [
    'a description is text',
    TaskChange,
    { description: ['a'] },
    ['description must be a string, at most 2000 characters or null'],
  ],
  ['an empty object toggles', Completion, {}, []],
  ['completed is set', Completion, { completed: false }, []],
  ['completed is not null', Completion, { completed: null }, [flag]],
  ['completed is no string', Completion, { completed: 'false' }, [flag]],
]

describe('a body', () => {
  for (const [name, schema, value, expected] of rows)
    it(name, () => assert.deepEqual(violationsOf(schema, value), expected))

  for (const value of [null, [], [{}], 'x', 0, true])
    it(`is an object and not ${JSON.stringify(value)}`, () => {
      for (const schema of [NewTask, TaskChange, Completion])
        assert.deepEqual(violationsOf(schema, value), object)
    })
})
