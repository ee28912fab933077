import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import type { TSchema } from 'typebox'
import { TaskCompletion, TaskCreate, TaskUpdate } from '../contract/schemas.ts'
import { validator } from './validation.ts'

const violationsOf = (schema: TSchema, value: unknown) =>
  validator(schema)(value).map(({ field, message }) => `${field} ${message}`)
const object = [' must be a JSON object']
const flag = 'completed must be true or false'
const title = 'title must be a string, 1 to 200 characters after trimming'
const tags = 'tags must be a list, each a string'
const rows: [string, TSchema, unknown, string[]][] = [
  ['a title is enough', TaskCreate, { title: 'a' }, []],
  ['unknown members are no matter', TaskCreate, { title: 'a', id: 1, x: {}, constructor: 1 }, []],
  ['a title is needed', TaskCreate, {}, [title]],
  ['a title is a string', TaskCreate, { title: 1 }, [title]],
  ['a title is not null', TaskCreate, { title: null }, [title]],
  ['a title is not inherited', TaskCreate, JSON.parse('{"__proto__":{"title":"a"}}'), [title]],
  ['no member is needed to change', TaskUpdate, {}, []],
  ['nulls that clear', TaskUpdate, { description: null, due_date: null }, []],
  [
    'nulls that do not',
    TaskUpdate,
    { title: null, completed: null, priority: null, tags: null },
    [title, flag, 'priority must be one of low, medium, high', tags],
  ],
  [
    'everything at once, however much it is',
    TaskCreate,
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
  ['nothing is coerced', TaskUpdate, { completed: 'true' }, [flag]],
  ['not from a number either', TaskUpdate, { completed: 1 }, [flag]],
  [
    'a priority is one of three',
    TaskUpdate,
    { priority: 'High' },
    ['priority must be one of low, medium, high'],
  ],
  ['tags are a list', TaskUpdate, { tags: 'a' }, [tags]],
  ['tags are strings, said once', TaskUpdate, { tags: [1, null, ['a']] }, [tags]],
  [
    'a day is no time',
    TaskUpdate,
    { due_date: '2026-01-01T00:00:00Z' },
    ['due_date must be a real date as YYYY-MM-DD or null'],
  ],
  [
    'a day is no number',
    TaskUpdate,
    { due_date: 20260101 },
    ['due_date must be a real date as YYYY-MM-DD or null'],
  ],
  [
    'a description is text',
    TaskUpdate,
    { description: ['a'] },
    ['description must be a string, at most 2000 characters or null'],
  ],
  ['an empty object toggles', TaskCompletion, {}, []],
  ['completed is set', TaskCompletion, { completed: false }, []],
  ['completed is not null', TaskCompletion, { completed: null }, [flag]],
  ['completed is no string', TaskCompletion, { completed: 'false' }, [flag]],
]

describe('a body', () => {
  for (const [name, schema, value, expected] of rows)
    it(name, () => assert.deepEqual(violationsOf(schema, value), expected))

  for (const value of [null, [], [{}], 'x', 0, true])
    it(`is an object and not ${JSON.stringify(value)}`, () => {
      for (const schema of [TaskCreate, TaskUpdate, TaskCompletion])
        assert.deepEqual(violationsOf(schema, value), object)
    })
})
