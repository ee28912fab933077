import assert from 'node:assert/strict'
import { describe, it, type TestContext } from 'node:test'
import { Fault } from '../../domain/fault.ts'
import { type OperationId, operationIds, operations } from './contract/contract.ts'
import { EXAMPLE_TASK_ID } from './contract/example-ids.ts'
import { type Example, examples } from './contract/examples.ts'
import { openApiDocument } from './contract/openapi/document.ts'
import type { Operation } from './contract/operation.ts'
import type { ProblemCode } from './contract/problems.ts'
import { gate, type HttpResponse, MISSING, type Sent, serving, TASKS } from './fixtures.ts'

type Parts = Parameters<typeof serving>[0]

const { paths, components } = openApiDocument()

/** Ids, times and durations are new each time; everything else has to be as the document shows it. */
const normal = (value: unknown): unknown =>
  JSON.parse(
    JSON.stringify(value)
      .replaceAll(/[\da-f]{8}-[\da-f]{4}-[\da-f]{4}-[\da-f]{4}-[\da-f]{12}/g, '<id>')
      .replaceAll(/\d{4}-\d\d-\d\dT[\d:]{8}\.\d{3}Z/g, '<time>')
      .replaceAll(/"latency_ms":[\d.]+/g, '"latency_ms":0'),
  )

const start = async (t: TestContext, parts: Parts = {}) => {
  const settings = { environment: 'production', ...parts?.settings }
  const server = await serving({ ...parts, settings })
  t.after(server.close)
  return server
}

/** Sends the request of an example, or the one that is refused, about a task that is there. */
const play = async (
  t: TestContext,
  id: OperationId,
  sent: Pick<Example, 'query' | 'headers' | 'body'>,
  parts?: Parts,
) => {
  const { method, path, access }: Operation = operations[id]
  const server = await start(t, parts)
  const as = access === 'owner' ? { as: 'ada' } : {}
  const { json } = await server.ada(`POST ${TASKS}`, { json: examples.createTask.body })
  if (id === 'createTask') await server.ada(`DELETE ${TASKS}/${json.id}`)
  const query = new URLSearchParams(
    Object.entries(sent.query ?? {}).flatMap(([name, value]) =>
      name === 'tag' ? value.map((one: string) => [name, one]) : [[name, String(value)]],
    ),
  )
  const target = `${path.replace('{id}', json.id)}${sent.query ? `?${query}` : ''}`
  return server.send(`${method} ${target}`, {
    ...as,
    ...(sent.body && { json: sent.body }),
    headers: Object.entries(sent.headers ?? {}).map((line) => line.join(': ')),
  })
}

/** A store of which every use fails. */
const failing = (error: Error): Parts => ({
  tasks: { tasksOf: () => new Proxy({}, { get: () => () => Promise.reject(error) }) as never },
})
const refusing = (code: 'authentication_unavailable') => ({
  identity: { ownerOf: () => Promise.reject(new Fault(code)) },
})

const list = `GET ${TASKS}`
const create = `POST ${TASKS}`
const asked = { as: 'ada' }
const made = { as: 'ada', json: { title: 'a' } }

/** How a problem comes about that is the same wherever it comes from. */
const provocations: Partial<Record<ProblemCode, [line: string, sent?: Sent, parts?: Parts]>> = {
  malformed_request: [create, { ...asked, headers: ['Content-Type: application/json'], body: '{' }],
  token_missing: [list],
  token_malformed: [list, { headers: ['Authorization: Bearer x'] }],
  token_invalid: [list, { headers: [`Authorization: Bearer eA.${'eA'}.eA`] }],
  origin_not_allowed: [list, { ...asked, headers: ['Origin: https://evil.example'] }],
  task_not_found: [`GET ${TASKS}/${MISSING}`, asked],
  body_too_large: [create, { ...made, json: { title: 'x'.repeat(65_536) } }],
  unsupported_media_type: [create, { ...asked, body: '{}' }],
  authentication_unavailable: [list, asked, refusing('authentication_unavailable')],
  internal_error: [list, asked, failing(new Error('unforeseen'))],
  idempotency_key_in_use: [create, made, failing(new Fault('idempotency_key_in_use'))],
  database_unavailable: [list, asked, failing(new Fault('database_unavailable'))],
  outcome_unknown: [create, made, failing(new Fault('outcome_unknown'))],
  overloaded: [list, asked, failing(new Fault('overloaded'))],
}

/** Those that need more than one request, or a time of their own. */
const stories: Partial<Record<ProblemCode, (t: TestContext) => Promise<HttpResponse>>> = {
  token_expired: async (t) => {
    const server = await start(t)
    const token = server.identity.issue({ sub: 'ada', exp: 1 })
    return server.send(list, { headers: [`Authorization: Bearer ${token}`] })
  },
  precondition_failed: async (t) => {
    const server = await start(t)
    const { json } = await server.ada(create, made)
    return server.ada(`DELETE ${TASKS}/${json.id}`, { headers: ['If-Match: "7"'] })
  },
  idempotency_key_reused: async (t) => {
    const server = await start(t)
    const headers = ['Idempotency-Key: k']
    await server.ada(create, { ...made, headers })
    return server.ada(create, { json: { title: 'b' }, headers })
  },
  rate_limited: async (t) => {
    const server = await start(t, { settings: { rateLimitPerMinute: 1 } })
    await server.ada(list)
    return server.ada(list)
  },
  shutting_down: async (t) => {
    const [begun, held] = [gate(), gate()]
    const server = await serving({}, (app) => {
      app.addHook('preClose', async () => {
        begun.open()
        await held.opened
      })
    })
    const closed = server.app.close()
    t.after(() => {
      held.open()
      return closed
    })
    await begun.opened
    return server.ada(list)
  },
}

const assertHeaders = (answer: HttpResponse, declared: Readonly<Record<string, unknown>>) => {
  for (const name of Object.keys(declared)) {
    const header = components.headers[name] as { required: boolean; schema: { pattern?: string } }
    const value = answer.headers[name.toLowerCase()]
    if (header.required) assert.ok(value, `${answer.status} without ${name}`)
    if (value) assert.match(value, new RegExp(header.schema.pattern ?? '.'), name)
  }
}

interface Described {
  responses: Record<
    string,
    {
      headers: Record<string, unknown>
      content?: Record<
        string,
        { example?: unknown; examples?: Record<string, { value?: unknown }> }
      >
    }
  >
}
const describedAs = (id: OperationId): Described => {
  const { path, method } = operations[id]
  return paths[path]?.[method.toLowerCase()] as Described
}

describe('an example of the document is what the service answers', () => {
  for (const id of operationIds) {
    const { answers, refused } = examples[id]
    const { responses } = describedAs(id)
    for (const status of Object.keys(answers))
      it(`${id}-${status}`, async (t) => {
        const probe = { check: () => Promise.reject(new Error('down')) }
        const answer = await play(t, id, examples[id], status === '503' ? { probe } : {})
        const { headers, content } = responses[status] as Described['responses'][string]
        const [[type, { example }] = ['', { example: undefined }]] = Object.entries(content ?? {})
        assert.deepEqual(normal([answer.status, answer.json]), normal([Number(status), example]))
        assert.equal(answer.headers['content-type']?.split(';')[0], type)
        assertHeaders(answer, headers)
      })
    if (refused)
      it(`${id}-422`, async (t) => {
        const answer = await play(t, id, refused)
        const content = responses['422']?.content?.['application/problem+json']
        assert.deepEqual(normal(answer.json), normal(content?.examples?.validation_failed?.value))
      })
  }

  for (const code of Object.keys(components.examples) as ProblemCode[])
    it(code, async (t) => {
      const [line, sent, parts] = provocations[code] ?? []
      const answer = line
        ? await (await start(t, parts)).send(line, sent)
        : await stories[code]?.(t)
      assert.ok(answer, `nothing provokes ${code}`)
      assert.deepEqual(normal(answer.json), normal(components.examples[code]?.value))
      for (const id of operationIds) {
        const response = describedAs(id).responses[answer.status]
        if (response?.content?.['application/problem+json']?.examples?.[code])
          assertHeaders(answer, response.headers)
      }
    })
})

it('the example of a Link is one that the service gives', async (t) => {
  const server = await start(t)
  for (const title of ['a', 'b']) await server.ada(create, { json: { title } })
  const { headers } = await server.ada(`${list}?per_page=1`)
  const spelling = (link: string) => link.replace(/cursor=[\w-]+/, 'cursor=')
  const { example } = components.headers.Link as { example: string }
  assert.equal(spelling(headers.link ?? ''), spelling(example))
})

it('what is shown as a request of a task names the task that is shown', () => {
  assert.equal((examples.createTask.answers[201] as { id: string }).id, EXAMPLE_TASK_ID)
})
