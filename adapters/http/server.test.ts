import assert from 'node:assert/strict'
import { after, describe, it } from 'node:test'
import { MISSING, serving, TASKS } from './fixtures.ts'

const server = await serving()
after(server.close)
const id = (await server.ada(`POST ${TASKS}`, { json: { title: 'a' } })).json.id

/** Templates with `{id}` stand for the path of a task that is there. */
const at = (path: string) => path.replace('{id}', id)
const tasks = '/api/v1/tasks'

describe('a path', () => {
  const served = ['/', '/health', '/livez', '/openapi.json', '/docs', tasks, `${tasks}/{id}`]
  for (const path of served)
    it(`is served with and without a trailing slash: ${path}`, async () => {
      for (const spelling of new Set([
        path,
        path.replace(/\/?$/, '/'),
        `${path}?`,
        `${path}?x=/y//z`,
      ]))
        assert.equal((await server.ada(`GET ${at(spelling)}`)).status, 200, spelling)
    })

  it('takes a trailing slash with every method', async () => {
    const created = await server.ada(`POST ${tasks}/`, { json: { title: 'b' } })
    assert.equal(created.status, 201)
    const path = `${tasks}/${created.json.id}`
    assert.equal(created.headers.location, path)
    for (const method of ['PATCH', 'PUT'])
      assert.equal((await server.ada(`${method} ${path}/`, { json: {} })).status, 200)
    assert.equal((await server.ada(`PATCH ${path}/complete/`)).status, 200)
    assert.equal((await server.ada(`DELETE ${path}/`)).status, 204)
  })

  for (const host of ['http://evil.example', 'https://evil.example:1', 'HTTP://x'])
    it(`may be absolute, whatever the host: ${host}`, async () => {
      assert.equal((await server.send(`GET ${host}/livez`)).status, 200)
      assert.equal((await server.send(`GET ${host}/livez/?a`)).status, 200)
      assert.equal((await server.send(`GET ${host}`)).json.name, 'task-ownership-api')
      assert.equal(
        (await server.send(`GET ${host}${at(`${tasks}/{id}`)}`, { as: 'ada' })).json.id,
        id,
      )
    })

  const unknown = [
    ...['//', '/docs//', '//docs', '/livez//', '/./livez', '/x/../livez', '/livez/.', '///'],
    ...['/Livez', '/LIVEZ', '/API/v1/tasks', '/api/V1/tasks', '/api/v1/Tasks'],
    ...['/livez;x', '/livez;', '/api/v1/tasks;x=1', '/api;x/v1/tasks', '/livez.json'],
    ...['/api/v1/tasks.json', '/openapi', '/openapi.yaml', '/docs/index.html', '/favicon.ico'],
    ...['/%6civez', '/livez%2F', '/livez%20', '/livez%00', '/%2Flivez', '/api%2Fv1%2Ftasks', '/%'],
    ...[
      '/api/v1/tasks//',
      '/api/v1//tasks',
      '/api/v1/tasks//complete',
      `/api/v1/tasks//${MISSING}`,
    ],
    ...[`/api/v1/tasks/${MISSING}//`, `/api/v1/tasks/${MISSING}/Complete`],
    ...[`/api/v1/tasks/${MISSING}/complete/x`, `/api/v1/tasks/${MISSING}/completed`],
    ...['/api', '/api/v1', '/api/v1/', '/api/v2/tasks', '/v1/tasks', '/tasks', '/health/deep'],
    ...['/.env', '/__proto__', '/constructor', '/metrics', '/api/v1/users', 'http://x//', '*'],
  ]
  for (const path of unknown)
    it(`is unknown in any other spelling: ${path}`, async () => {
      for (const method of ['GET', 'POST', 'DELETE', 'TRACE', 'PROPFIND']) {
        const answer = await server.ada(`${method} ${path}`)
        assert.deepEqual([answer.status, answer.json.code], [404, 'route_not_found'], method)
        assert.equal(answer.headers.allow, undefined)
      }
      if (path !== '*') assert.equal((await server.send(`OPTIONS ${path}`)).status, 404)
    })

  const strangers = [
    ...['x', '1', '%', '%zz', '%00', '..', '.', '...', ';x', '*', '{id}', "'", 'null', '__proto__'],
    ...[
      MISSING,
      MISSING.toUpperCase(),
      `%30${MISSING.slice(1)}`,
      `${MISSING}.json`,
      `${MISSING};x`,
    ],
    ...['a'.repeat(30_000), '%'.repeat(30_000), '#', 'a%2Fb', 'complete'],
  ]
  for (const segment of strangers)
    it(`may hold anything where an id belongs: ${segment.slice(0, 50)}`, async () => {
      const answer = await server.ada(`GET ${tasks}/${segment}`)
      assert.deepEqual([answer.status, answer.json.code], [404, 'task_not_found'])
    })

  it('finds a task by its id as sent only', async () => {
    const spellings = [id.toUpperCase(), `%${id.charCodeAt(0).toString(16)}${id.slice(1)}`]
    for (const spelling of [...spellings, `${id}%20`, `${id};x`, `${id}.json`, `${id}#`])
      assert.equal(
        (await server.ada(`GET ${tasks}/${spelling}`)).json.code,
        'task_not_found',
        spelling,
      )
  })
})

describe('a method', () => {
  const allowed: Record<string, string> = {
    '/': 'GET, HEAD, OPTIONS',
    '/health': 'GET, HEAD, OPTIONS',
    '/livez': 'GET, HEAD, OPTIONS',
    '/openapi.json': 'GET, HEAD, OPTIONS',
    '/docs': 'GET, HEAD, OPTIONS',
    [tasks]: 'GET, HEAD, OPTIONS, POST',
    [`${tasks}/{id}`]: 'DELETE, GET, HEAD, OPTIONS, PATCH, PUT',
    [`${tasks}/${MISSING}`]: 'DELETE, GET, HEAD, OPTIONS, PATCH, PUT',
    [`${tasks}/x/complete`]: 'OPTIONS, PATCH',
  }
  const methods = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'TRACE', 'PROPFIND', 'LINK']
  for (const [path, allow] of Object.entries(allowed)) {
    const refused = methods.filter((method) => !allow.split(', ').includes(method))
    it(`is refused on ${path} and told which are not`, async () => {
      for (const method of refused)
        for (const slash of path === '/' ? [''] : ['', '/', '?x']) {
          const answer = await server.send(`${method} ${at(path)}${slash}`)
          assert.equal(answer.status, 405, method)
          assert.equal(answer.headers.allow, allow)
          if (method !== 'HEAD') assert.equal(answer.json.code, 'method_not_allowed')
        }
    })

    it(`OPTIONS on ${path} tells them too`, async () => {
      const answer = await server.send(`OPTIONS ${at(path)}`)
      assert.deepEqual([answer.status, answer.headers.allow, answer.text], [204, allow, ''])
    })
  }

  it('OPTIONS * is about the whole server', async () => {
    const answer = await server.send('OPTIONS *')
    const all = 'DELETE, GET, HEAD, OPTIONS, PATCH, POST, PUT'
    assert.deepEqual([answer.status, answer.headers.allow], [204, all])
  })

  for (const path of ['/', '/health', '/livez', '/openapi.json', '/docs', tasks, `${tasks}/{id}`])
    it(`HEAD is GET without the body: ${path}`, async () => {
      const [get, head] = await Promise.all(
        ['GET', 'HEAD'].map((method) => server.ada(`${method} ${at(path)}`)),
      )
      assert.equal(head?.status, 200)
      assert.equal(head?.text, '')
      assert.deepEqual(Object.keys(head?.headers ?? {}), Object.keys(get?.headers ?? {}))
      for (const name of ['content-type', 'etag', 'link', 'content-security-policy'])
        assert.equal(head?.headers[name], get?.headers[name])
    })

  it('HEAD is refused as GET is, without the body', async () => {
    const refused = ['/x', `${tasks}/x`, `${tasks}?page=0`, `${tasks}/x/complete`]
    const statuses = []
    for (const path of refused) {
      const answer = await server.ada(`HEAD ${path}`)
      assert.equal(answer.text, '')
      assert.equal(answer.headers['content-type'], 'application/problem+json')
      statuses.push(answer.status)
    }
    assert.deepEqual(statuses, [404, 404, 422, 405])
    assert.equal((await server.send(`HEAD ${tasks}`)).status, 401)
  })
})

describe('the message', () => {
  it('names one host (RFC 9112 §3.2)', async () => {
    for (const hosts of ['', 'Host: a\r\nHost: b\r\n', 'Host: a\r\nHost: a\r\n']) {
      const answer = await server.raw(`GET /livez HTTP/1.1\r\n${hosts}Connection: close\r\n\r\n`)
      assert.match(answer, /^HTTP\/1\.1 400 .*x-request-id.*"code":"malformed_request"/s)
    }
    assert.match(await server.raw('GET /livez HTTP/1.0\r\n\r\n'), /^HTTP\/1\.1 200 /)
  })

  it('may expect anything (RFC 9110 §10.1.1)', async () => {
    for (const expectation of ['something', '100-continue']) {
      const body = await server.raw(
        server.bytesOf('GET /livez', { headers: [`Expect: ${expectation}`] }),
      )
      assert.match(body, /HTTP\/1\.1 200 OK\r\nx-content-type-options/)
    }
  })

  it('may be one of many on a connection', async () => {
    const keep = { keep: true, as: 'ada' }
    const requests = [
      server.bytesOf(`POST ${tasks}`, { ...keep, json: { title: ' ' } }),
      server.bytesOf(`GET ${tasks}`, { keep: true, json: { title: 'ignored' } }),
      server.bytesOf(`DELETE ${tasks}/x`, { ...keep, json: { title: 'ignored' } }),
      server.bytesOf('GET /livez'),
    ]
    const answers = await server.raw(Buffer.concat(requests))
    assert.deepEqual(answers.match(/(?<=HTTP\/1\.1 )\d+/g), ['422', '401', '404', '200'])
  })
})
