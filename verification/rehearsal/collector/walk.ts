import { strict as assert } from 'node:assert'
import { request } from '../../../bootstrap/system/http-client.ts'
import { sharedSecretToken } from '../../../bootstrap/system/issuer.ts'
import { SECRET } from '../../../bootstrap/system/service-process.ts'

const TASKS = '/api/v1/tasks'
/** A caller's trace. */
export const TRACE_ID = '4bf92f3577b34da6a3ce929d0e0e4736'

/** The walk of the README: a task made twice under one key, read, asked for by another person, and by nobody. */
export const walk = async (port: number): Promise<void> => {
  const [ada, bob] = await Promise.all(
    ['ada', 'bob'].map((name) => sharedSecretToken(SECRET, name)),
  )
  const create = { method: 'POST', token: ada, key: 'walk-1', json: { title: 'Buy milk' } }
  const created = await request(port, TASKS, create)
  await request(port, TASKS, create)
  const task = `${TASKS}/${JSON.parse(created.body).id}`
  const headers = { traceparent: `00-${TRACE_ID}-00f067aa0ba902b7-01` }
  const answers = [
    created,
    await request(port, task, { token: ada, headers }),
    await request(port, task, { token: bob }),
    await request(port, task),
    await request(port, task, { token: await sharedSecretToken(`${SECRET}?`, 'ada') }),
  ]
  assert.deepEqual(
    answers.map(({ status }) => status),
    [201, 200, 404, 401, 401],
  )
  // What arrives together is asked of the database together.
  await Promise.all(Array.from({ length: 20 }, () => request(port, TASKS, { token: ada })))
}
