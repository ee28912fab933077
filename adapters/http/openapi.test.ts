import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { type OperationId, operationIds, operations } from './contract/contract.ts'
import { openApiDocument } from './contract/openapi/document.ts'
import { type Operation, problemsOf } from './contract/operation.ts'
import { problems } from './contract/problems.ts'

const { paths, components, servers, info, tags } = openApiDocument()
const schemas = components.schemas as Record<string, Record<string, unknown>>

interface Described {
  tags: string[]
  description: string
  parameters: { name: string; style?: string; explode?: boolean; schema: object }[]
  responses: Record<string, { headers: object; content?: Record<string, { schema: Schema }> }>
}
interface Schema {
  $ref?: string
  allOf?: { $ref: string }[]
  properties?: { status: { const: number }; code: { enum: string[] } }
}
const describedAs = (id: OperationId): Described => {
  const { path, method } = operations[id]
  return paths[path]?.[method.toLowerCase()] as Described
}

describe('the OpenAPI document', () => {
  it('names what generators make types of', () => {
    assert.deepEqual(
      Object.keys(schemas).filter((name) => /Task|Problem|Priority/.test(name)),
      [
        ...['Priority', 'Problem', 'ProblemCode', 'Task', 'TaskCompletion', 'TaskCreate'],
        ...['TaskPage', 'TaskUpdate'],
      ],
    )
    assert.ok(servers.length > 0 && info.license.identifier === 'MIT')
    const known = tags.map(({ name }) => name)
    for (const id of operationIds)
      for (const tag of describedAs(id).tags) assert.ok(known.includes(tag as never), id)
  })

  it('gives what may be sent the limits of what is kept', () => {
    for (const name of ['TaskCreate', 'TaskUpdate']) {
      const sent = schemas[name]?.properties as Record<string, Record<string, unknown>>
      assert.equal(sent.title?.maxLength, 200)
      assert.deepEqual(sent.description?.anyOf, [
        { type: 'string', maxLength: 2000, description: 'at most 2000 characters' },
        { type: 'null' },
      ])
      assert.equal(sent.tags?.maxItems, 20)
      assert.deepEqual(sent.tags?.items, { type: 'string', minLength: 1, maxLength: 50 })
    }
  })

  it('refers to nothing that is not there', () => {
    const text = JSON.stringify({ paths, components })
    for (const [, kind = '', name = ''] of text.matchAll(/"#\/components\/(\w+)\/([^"]+)"/g))
      assert.ok(name in components[kind as keyof typeof components], `${kind}/${name}`)
  })

  for (const id of operationIds)
    it(`says for each status of ${id} which problems there are, and no others`, () => {
      const operation: Operation = operations[id]
      const { responses } = describedAs(id)
      const told = Object.entries(responses).flatMap(([status, { content, headers }]) => {
        const { schema } = content?.['application/problem+json'] ?? {}
        assert.ok('X-Request-Id' in headers, status)
        if (!schema) return []
        assert.deepEqual(schema.allOf, [{ $ref: '#/components/schemas/Problem' }])
        assert.equal(schema.properties?.status.const, Number(status))
        return schema.properties?.code.enum ?? []
      })
      assert.deepEqual([...told].sort(), problemsOf(operation).sort())
      for (const code of problemsOf(operation)) {
        const { headers } = responses[problems[code].status] ?? { headers: {} }
        assert.equal('WWW-Authenticate' in headers, problems[code].status === 401, code)
        if ('retryAfter' in problems[code]) assert.ok('Retry-After' in headers, code)
      }
    })

  it('gives every single value its type, which some generators take for text without one', () => {
    const untyped: string[] = []
    const look = (value: unknown, place: string): void => {
      if (typeof value !== 'object' || value === null) return
      if ('const' in value && !('type' in value)) untyped.push(place)
      for (const [name, inner] of Object.entries(value)) look(inner, `${place}/${name}`)
    }
    look({ paths, schemas }, '')
    assert.deepEqual(untyped, [])
  })

  it('has for /health what is unavailable and what is refused, and for /livez neither', () => {
    const { content } = describedAs('health').responses['503'] ?? {}
    assert.equal(content?.['application/json']?.schema.$ref, '#/components/schemas/Health')
    assert.ok(content?.['application/problem+json'])
    assert.equal(describedAs('livez').responses['503'], undefined)
  })

  it('tells how a list is spelt in the query', () => {
    const spelling = describedAs('listTasks')
      .parameters.filter(({ style }) => style)
      .map(({ name, style, explode }) => [name, style, explode])
    assert.deepEqual(spelling, [
      ['priority', 'form', false],
      ['tag', 'form', true],
    ])
  })
})
