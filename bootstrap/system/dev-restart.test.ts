import assert from 'node:assert/strict'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { checkouts, postgresOf, shellLines, tokensOf } from './checkout.ts'
import { request } from './http-client.ts'
import type { Program } from './program.ts'

const { checkout, dev, clear } = checkouts()
after(clear)

const TASKS = '/api/v1/tasks'

/** One program that is edited again and again: each test leaves it serving, under another word for `ready`. */
let directory: string
let port: number
let service: Program
before(async () => {
  directory = checkout()
  ;({ port, service } = await dev(directory))
  await shellLines(service)
})

const edit = (from: string, to: string) => {
  const file = join(directory, 'bootstrap/service.ts')
  const text = readFileSync(file, 'utf8')
  assert.ok(text.includes(from))
  writeFileSync(file, text.replace(from, to))
}

test('an edit restarts the service on the same database, and the tokens stay good', async () => {
  const [token = ''] = tokensOf('ada', service)
  const made = await request(port, TASKS, { method: 'POST', token, json: { title: 'kept' } })
  assert.equal(made.status, 201)
  const postgres = postgresOf(directory)

  edit("'ready'", "'edited and ready'")
  await service.wrote('edited and ready')
  await service.wrote(/(Tasks API.*){2}curl [^\n]*\n/s)
  assert.deepEqual(tokensOf('ada', service), [token, token])
  const { status, body } = await request(port, TASKS, { token })
  assert.equal(status, 200)
  assert.equal(JSON.parse(body).tasks[0].title, 'kept')
  assert.equal(postgresOf(directory), postgres)
})

test('a syntax error is told, the service stays, and the next edit is served', async () => {
  edit("and ready'", 'and ready')
  await service.wrote(/ERROR.*\n*.*service\.ts/)
  assert.equal((await request(port, '/livez')).status, 200)
  edit("'edited and ready", "'mended and ready'")
  await service.wrote('mended and ready')
  // It is begun anew by an edit that comes before it has said all.
  await service.wrote(/(Tasks API.*){3}curl [^\n]*\n/s)
  assert.equal(service.end(), undefined)
})

test('what fails only when it runs is told, and the next edit is served', async () => {
  const broken = "throw new Error('broken on purpose')\n"
  edit('export const serviceOf', `${broken}export const serviceOf`)
  await service.wrote('broken on purpose')
  await service.wrote('next change')
  edit(broken, '')
  await service.wrote(/(Tasks API.*){4}/s)
})

test('yesterday’s tokens are good today, and new ones are made a day before they expire', async () => {
  const [token = ''] = tokensOf('ada', service)
  await service.kill()

  const next = await dev(directory)
  await shellLines(next.service)
  assert.deepEqual(tokensOf('ada', next.service), [token])
  await next.service.kill()

  const tomorrow = new Date(Date.now() + 86_400_000).toISOString()
  writeFileSync(join(directory, '.data/tokens-expire'), tomorrow)
  const last = await dev(directory)
  await shellLines(last.service)
  assert.notDeepEqual(tokensOf('ada', last.service), [token])
  assert.ok(readFileSync(join(directory, '.data/tokens-expire'), 'utf8') > tomorrow)
})
