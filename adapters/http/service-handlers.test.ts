import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { gate, serving } from './fixtures.ts'

/** A probe that answers when told to. */
const heldProbe = () => {
  const asked: ReturnType<typeof gate>[] = []
  const check = () => {
    asked.push(gate())
    return asked.at(-1)?.opened as Promise<void>
  }
  return { check, asked: () => asked.length, release: () => asked.at(-1)?.open() }
}

describe('/health', () => {
  it('tells that the database answered, and nothing of it', async (t) => {
    const server = await serving({ settings: { environment: 'production', release: 'abc123' } })
    t.after(server.close)
    const { status, json, headers } = await server.send('GET /health')
    assert.equal(status, 200)
    const { timestamp, database, ...rest } = json as Record<string, { latency_ms: number }>
    assert.deepEqual(rest, { status: 'ok', environment: 'production', release: 'abc123' })
    assert.match(String(timestamp), /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/)
    assert.deepEqual(Object.keys(json), [
      'status',
      'database',
      'environment',
      'release',
      'timestamp',
    ])
    assert.deepEqual(database, { status: 'connected', latency_ms: database?.latency_ms })
    assert.ok(Number(database?.latency_ms) >= 0)
    assert.equal(headers['retry-after'], undefined)
  })

  it('tells as soon as it does not answer, and as soon as it does again', async (t) => {
    const server = await serving()
    t.after(server.close)
    for (const healthy of [true, false, true, false]) {
      server.probe.healthy = healthy
      const { status, json, headers, text } = await server.send('GET /health')
      assert.equal(status, healthy ? 200 : 503)
      if (healthy) continue
      const { timestamp: _, ...rest } = json
      assert.deepEqual(rest, {
        status: 'unavailable',
        database: { status: 'disconnected' },
        environment: 'test',
        release: null,
      })
      assert.match(headers['content-type'] ?? '', /^application\/json/)
      assert.match(headers['retry-after'] ?? '', /^\d+$/)
      assert.doesNotMatch(text, /switched off/)
      const head = await server.send('HEAD /health')
      assert.deepEqual([head.status, head.text], [503, ''])
      assert.equal((await server.send('GET /livez')).status, 200)
    }
  })

  it('asks once for all who ask meanwhile', async (t) => {
    const probe = heldProbe()
    const server = await serving({ probe })
    t.after(server.close)
    const callers = 8
    let arrived = 0
    const all = new Promise<void>((resolve) => {
      server.app.server.on('request', () => {
        arrived += 1
        if (arrived === callers) setImmediate(resolve)
      })
    })
    const answers = Array.from({ length: callers }, () => server.send('GET /health'))
    await all
    assert.equal(probe.asked(), 1)
    probe.release()
    for (const { status } of await Promise.all(answers)) assert.equal(status, 200)
    assert.equal(probe.asked(), 1)
    const next = server.send('GET /health')
    await new Promise((resolve) => server.app.server.once('request', () => setImmediate(resolve)))
    assert.equal(probe.asked(), 2)
    probe.release()
    await next
  })

  it('is of no concern to /livez', async (t) => {
    const probe = heldProbe()
    const server = await serving({ probe })
    t.after(server.close)
    const { status, json } = await server.send('GET /livez')
    assert.deepEqual([status, json, probe.asked()], [200, { status: 'ok' }, 0])
  })
})

describe('the documentation', () => {
  it('is served and linked outside production', async (t) => {
    const server = await serving()
    t.after(server.close)
    const name = 'task-ownership-api'
    assert.deepEqual((await server.send('GET /')).json, { name, docs: '/docs' })
    const { json } = await server.send('GET /openapi.json')
    assert.match(String(json.openapi), /^3\.1\./)
    const page = await server.send('GET /docs')
    assert.equal(page.headers['content-type'], 'text/html; charset=utf-8')
    assert.match(page.headers['content-security-policy'] ?? '', /^default-src 'none'; script-src /)
    assert.match(page.text, /^<!doctype html>/)
    assert.doesNotMatch(page.text.replace(/<(script|style)>.*?<\/\1>/gs, ''), /https?:|src=|href=/)
    for (const header of ['x-content-type-options', 'referrer-policy', 'cache-control', 'vary'])
      assert.ok(page.headers[header], header)
  })

  it('is, where it is off, nothing that anybody ever heard of', async (t) => {
    const server = await serving({ settings: { environment: 'production', docs: false } })
    t.after(server.close)
    assert.deepEqual((await server.send('GET /')).json, { name: 'task-ownership-api' })
    for (const method of ['GET', 'HEAD', 'POST', 'OPTIONS', 'DELETE']) {
      const answers = []
      for (const path of ['/nowhere', '/docs', '/docs/', '/openapi.json']) {
        const headers = ['X-Request-Id: same']
        const answer = await server.send(`${method} ${path}`, { headers })
        answers.push({ ...answer, headers: { ...answer.headers, date: '' } })
      }
      assert.equal(answers[0]?.status, 404)
      for (const answer of answers) assert.deepEqual(answer, answers[0])
    }
  })

  it('is not advertised in production even where it is on', async (t) => {
    const server = await serving({ settings: { environment: 'production' } })
    t.after(server.close)
    assert.equal((await server.send('GET /docs')).status, 200)
    assert.deepEqual((await server.send('GET /')).json, { name: 'task-ownership-api' })
  })
})
