import assert from 'node:assert/strict'
import { execFile, spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, it } from 'node:test'
import { promisify } from 'node:util'
import getPort from 'get-port'
import { exchange, ORIGIN, type Sent, serving, TASKS } from './fixtures.ts'

// Debian installs it where an ordinary user's PATH does not look.
const env = { ...process.env, PATH: `${process.env.PATH}:/usr/sbin:/usr/local/sbin` }
const runs = (command: string, flag = '--version') =>
  spawnSync(command, [flag], { env }).status === 0
const without = !runs('nginx', '-v') && 'there is no nginx'

const bodies = mkdtempSync(join(tmpdir(), 'tasks-bodies-'))
after(() => rmSync(bodies, { recursive: true, force: true }))

/** A file of so many bytes. */
const bodyOf = (size: number): string => {
  const file = join(bodies, `${size}`)
  writeFileSync(file, Buffer.alloc(size, 'x'))
  return file
}

const python = `
import http.client, sys, urllib.parse
url, file, *headers = sys.argv[1:]
connection = http.client.HTTPConnection(urllib.parse.urlsplit(url).netloc)
connection.request('POST', urllib.parse.urlsplit(url).path, open(file, 'rb').read(), dict(h.split(': ', 1) for h in headers))
response = connection.getresponse()
print(response.read().decode(), response.status, sep='\\n')`

const fetching = `
const [url, file, ...headers] = process.argv.slice(1)
const body = require('node:fs').readFileSync(file)
fetch(url, { method: 'POST', body, headers: headers.map((it) => it.split(': ')) }).then(async (response) =>
  console.log(await response.text() + '\\n' + response.status))`

/** Other clients than ours, which print the body and then the status of the answer to a POST. */
const clients: Record<string, (url: string, headers: string[], file: string) => string[]> = {
  python3: (url, headers, file) => ['-c', python, url, file, ...headers],
  curl: (url, headers, file) => [
    ...['-sS', '-w', '\\n%{http_code}', '--data-binary', `@${file}`, url],
    ...headers.flatMap((header) => ['-H', header]),
  ],
  node: (url, headers, file) => ['-e', fetching, url, file, ...headers],
}

/** A real nginx before the service, as it comes, and one that passes a body on while it arrives. */
const nginxBefore = async (service: number) => {
  const directory = mkdtempSync(join(tmpdir(), 'tasks-nginx-'))
  const ports = { buffered: await getPort(), unbuffered: await getPort() }
  const proxies = Object.entries(ports).map(
    ([name, port]) => `server {
      listen 127.0.0.1:${port};
      location / {
        proxy_pass http://127.0.0.1:${service};
        proxy_http_version 1.1;
        proxy_request_buffering ${name === 'buffered' ? 'on' : 'off'};
      }
    }`,
  )
  const places = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi']
  const file = join(directory, 'nginx.conf')
  // One process, so that it stays who started it.
  writeFileSync(
    file,
    `daemon off; master_process off; pid ${directory}/pid; error_log stderr notice;
    events {}
    http {
      access_log off;
      client_max_body_size 0;
      ${places.map((name) => `${name}_temp_path ${directory}/${name};`).join('\n')}
      gzip on; gzip_min_length 1; gzip_types *;
      ${proxies.join('\n')}
    }`,
  )
  const child = spawn('nginx', ['-c', file, '-e', 'stderr'], {
    env,
    stdio: ['ignore', 'ignore', 'pipe'],
  })
  const ended = once(child, 'close')
  let log = ''
  await new Promise<void>((resolve, reject) => {
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      log += text
      if (log.includes('using the "')) resolve()
    })
    ended.then(() => reject(new Error(`nginx did not start:\n${log}`)), reject)
  })
  const close = async () => {
    child.kill('SIGKILL')
    await ended
    rmSync(directory, { recursive: true, force: true })
  }
  return { ...ports, close }
}

describe('behind nginx', { skip: without }, () => {
  let server: Awaited<ReturnType<typeof serving>>
  let nginx: Awaited<ReturnType<typeof nginxBefore>>
  before(async () => {
    server = await serving()
    nginx = await nginxBefore((server.app.server.address() as AddressInfo).port)
  })
  after(async () => {
    await nginx?.close()
    await server?.close()
  })

  const json = 'Content-Type: application/json'
  const from = `Origin: ${ORIGIN}`
  const refused: [string, Sent, number][] = [
    ['body_too_large', { as: 'ada', headers: [from, json] }, 413],
    ['unsupported_media_type', { as: 'ada', headers: [from, 'Content-Type: text/plain'] }, 415],
    ['token_missing', { headers: [from, json] }, 401],
  ]
  const bytes = [66 * 1024, 1024 * 1024, 10 * 1024 * 1024]
  const tokenOf = (as?: string) => (as ? [`Authorization: Bearer ${server.tokenOf(as)}`] : [])

  for (const way of ['buffered', 'unbuffered'] as const)
    for (const [code, { as, headers = [] }, status] of refused)
      for (const size of bytes) {
        it(`${status} to ${size} bytes is read, ${way}`, async () => {
          const body = Buffer.alloc(size, 'x')
          const answer = await exchange(nginx[way], `POST ${TASKS}`, {
            headers: [...headers, ...tokenOf(as)],
            body,
          })
          assert.deepEqual([answer.status, answer.json.code], [status, code])
          assert.equal(answer.headers['access-control-allow-origin'], ORIGIN)
        })
      }

  for (const way of ['buffered', 'unbuffered'] as const)
    for (const [client, flags] of Object.entries(clients))
      it(`every refusal is read by ${client}, ${way}`, {
        skip: !runs(client) && `there is no ${client}`,
      }, async () => {
        const size = 10 * 1024 * 1024
        for (const [code, { as, headers = [] }, status] of refused) {
          const url = `http://127.0.0.1:${nginx[way]}${TASKS}`
          const sent = [...headers, ...tokenOf(as)]
          const { stdout } = await promisify(execFile)(client, flags(url, sent, bodyOf(size)))
          const [said = '', got] = stdout.split('\n')
          assert.deepEqual([Number(got), JSON.parse(said).code], [status, code])
        }
      })

  it('a tag that compressing made weak still names the state in a precondition', async () => {
    const ask = (line: string, sent: Sent = {}) =>
      exchange(nginx.buffered, line, { as: server.tokenOf('ada'), ...sent })
    const { headers: made } = await ask(`POST ${TASKS}`, { json: { title: 'zipped' } })
    const place = made.location
    // nginx compresses no 201.
    const [authorization = ''] = tokenOf('ada')
    const read = await fetch(`http://127.0.0.1:${nginx.buffered}${place}`, {
      headers: { authorization: authorization.replace('Authorization: ', '') },
    })
    assert.equal(read.headers.get('content-encoding'), 'gzip')
    const tag = read.headers.get('etag')
    assert.match(tag ?? '', /^W\/"/)
    assert.equal((await ask(`GET ${place}`, { headers: [`If-None-Match: ${tag}`] })).status, 304)
    const change = { json: { title: 'again' }, headers: [`If-Match: ${tag}`] }
    assert.equal((await ask(`PATCH ${place}`, change)).status, 200)
    assert.equal((await ask(`PATCH ${place}`, change)).status, 412)
  })
})
