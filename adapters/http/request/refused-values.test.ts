import assert from 'node:assert/strict'
import { after, describe, it } from 'node:test'
import { type Sent, serving, TASKS } from '../fixtures.ts'

const server = await serving()
after(server.close)

const complete = `PATCH ${TASKS}/01890a5d-ac96-774b-bcce-b302099a8057/complete`
const refused: [string, string, Sent, Record<string, string>][] = [
  [
    'by the domain alone',
    `POST ${TASKS}`,
    { json: { title: '   ', due_date: '2026-02-30' } },
    { title: 'must not be blank', due_date: 'must be a real date as YYYY-MM-DD or null' },
  ],
  [
    'by schema and domain',
    `POST ${TASKS}`,
    { json: { title: ' ', completed: 'x', description: 'd'.repeat(2001), tags: [' '] } },
    {
      completed: 'must be true or false',
      title: 'must not be blank',
      description: 'must have at most 2000 characters',
      tags: 'has a blank tag',
    },
  ],
  [
    'in body and header',
    `POST ${TASKS}`,
    { json: { title: '' }, headers: ['Idempotency-Key: a b'] },
    {
      'Idempotency-Key': 'must be 1 to 255 visible ASCII characters',
      title: 'must not be blank',
    },
  ],
  [
    'in the query',
    `GET ${TASKS}?page=1&page=2&per_page=0&tag=&search=&due_after=2026-02-30&completed=1`,
    {},
    {
      page: 'must be given once',
      per_page: 'must be a whole number from 1 to 100',
      tag: 'must not be blank or contain NUL',
      search: 'must be a string of 1 to 200 characters',
      due_after: 'must be a real date as YYYY-MM-DD',
      completed: 'must be true or false',
    },
  ],
  [
    'in the query, its cursor among them',
    `GET ${TASKS}?cursor=x&tag=%20`,
    {},
    {
      cursor: 'must come from the Link header of the same list',
      tag: 'must not be blank or contain NUL',
    },
  ],
  [
    'in the query, a cursor beside a page among them',
    `GET ${TASKS}?cursor=x&page=1&per_page=500`,
    {},
    {
      per_page: 'must be a whole number from 1 to 100',
      cursor: 'must not be given together with page',
    },
  ],
  [
    'but no member that the operation does not know',
    complete,
    { json: { completed: 'x', title: '' } },
    { completed: 'must be true or false' },
  ],
]

describe('every field at fault is named at once', () => {
  for (const [name, line, sent, expected] of refused)
    it(name, async () => {
      const { status, json } = await server.ada(line, sent)
      assert.equal(status, 422)
      const found = Object.fromEntries(json.errors.map(({ field, message }) => [field, message]))
      assert.deepEqual(found, expected)
    })
})
