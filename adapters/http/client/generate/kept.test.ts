import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { describe, it } from 'node:test'
import { fileURLToPath } from 'node:url'
import type { ProblemCode, ProblemOf, Task, TaskCreate, TaskPage } from '../index.ts'
import { documentFile, documentText, originOf, typesFile } from './document.ts'

describe('what is kept of the contract for clients', () => {
  it('is the document of today', () => {
    const renewed = 'run `npm run client` and commit what it writes'
    assert.ok(
      readFileSync(documentFile, 'utf8') === documentText(),
      `openapi.json is stale: ${renewed}`,
    )
    const types = readFileSync(typesFile, 'utf8')
    assert.ok(types.startsWith(originOf(documentText())), `schema.ts is stale: ${renewed}`)
  })

  it('is what npm run openapi prints, without a server or a variable', () => {
    const print = fileURLToPath(new URL('print.ts', import.meta.url))
    const { PATH } = process.env
    const { stdout, status } = spawnSync(process.execPath, ['--import', 'tsx', print], {
      encoding: 'utf8',
      env: { PATH },
      timeout: 60_000,
      maxBuffer: 10_000_000,
    })
    assert.equal(status, 0)
    assert.ok(stdout === documentText())
  })
})

/** These compile, or the types are not what they have to be. */
describe('the types that openapi-typescript makes of it', () => {
  it('name a task, a page and a new task', () => {
    const made: TaskCreate = { title: 'a' }
    const task: Task = {
      ...{ id: 'x', user_id: 'ada', title: made.title, description: null, completed: false },
      ...{ priority: 'high', due_date: null, tags: [], created_at: '', updated_at: '' },
    }
    const page: TaskPage = { tasks: [task], per_page: 20 }
    // @ts-expect-error no such priority
    const wrong: TaskCreate = { title: 'a', priority: 'urgent' }
    assert.ok(page && wrong)
  })

  it('have for each status of an operation the codes that it may have, and no others', () => {
    type Unauthorized = ProblemOf<'getTask', 401>
    const code: Unauthorized['code'] = 'token_expired'
    const every: Record<Unauthorized['code'], Unauthorized['status']> = {
      token_missing: 401,
      token_malformed: 401,
      token_invalid: 401,
      token_expired: 401,
    }
    const gone: ProblemOf<'deleteTask', 412>['code'] = 'precondition_failed'
    // @ts-expect-error reading has no fate that could be unknown
    const unknown: ProblemOf<'getTask', 503>['code'] = 'outcome_unknown'
    const write: ProblemOf<'createTask', 503>['code'] = 'outcome_unknown'
    const all: ProblemCode[] = [code, gone, unknown, write]
    assert.ok(all.every(Boolean) && every)
  })
})
