import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { setTimeout as pause } from 'node:timers/promises'
import { gzipSync } from 'node:zlib'
import { allChecks } from '../checks/all.ts'
import type { Check } from '../engine/check.ts'
import { startRun } from '../engine/run.ts'
import { settingsOf } from '../engine/settings.ts'
import { dripping, endless, head, hostileServer, type Spoil, twice } from './hostile-server.ts'
import { mutatedService, serviceEnv } from './mutated-service.ts'

/** Few enough to wait for, of each kind of work: reads, writes, stages that lean on each other. */
const some = allChecks.filter(({ id }) =>
  /^(R-1[0-3]|H-0[1-6]|V-0[14]|V-1[34]|D-1[16]|G-|S-)/.test(id),
)

const verify = async (checks: readonly Check[], every: number, spoil: Spoil) => {
  const service = await mutatedService({})
  const hostile = await hostileServer(service.url, every, spoil)
  try {
    const settings = await settingsOf({
      ...serviceEnv,
      TARGET_URL: hostile.url,
      ALLOWED_ORIGINS: serviceEnv.CORS_ORIGINS,
    })
    const { results } = await startRun(settings, checks).finished
    return { results, findings: results.flatMap(({ findings }) => findings) }
  } finally {
    hostile.close()
    await service.close()
  }
}

const MB = 1024 * 1024
const bomb = gzipSync(Buffer.alloc(10 * MB, ' '))
const shapes = [
  ...['null', '[]', '"ok"', '{"tasks":[null]}'],
  '{"tasks":"none","database":1,"errors":7,"code":[]}',
]

/** What it does to every so-manieth answer, and how often it does it. */
const hostilities: Readonly<Record<string, { every: number; checks?: typeof some; spoil: Spoil }>> =
  {
    'answers garbage for JSON': {
      every: 5,
      spoil: (reply, answer) => head(reply, answer).end('{"tasks":[}'),
    },
    'answers JSON of another shape': {
      every: 3,
      spoil: (reply, answer, turn) => head(reply, answer).end(shapes[turn % shapes.length]),
    },
    'answers in another charset': {
      every: 5,
      spoil: (reply, answer) => {
        const type = 'application/json; charset=utf-16le'
        head(reply, answer, { 'content-type': type }).end(answer.body.toString(), 'utf16le')
      },
    },
    'says gzip and sends none': {
      every: 5,
      spoil: (reply, answer) =>
        head(reply, answer, { 'content-encoding': 'gzip' }).end(answer.body),
    },
    'sends 10 MB in the guise of 10 KB': {
      every: 4,
      spoil: (reply, answer) => head(reply, answer, { 'content-encoding': 'gzip' }).end(bomb),
    },
    'ends connections before it answers': {
      every: 6,
      spoil: (reply) => reply.destroy(),
    },
    'ends connections in the middle of a body': {
      every: 6,
      spoil: (reply, answer) => {
        head(reply, answer, { 'content-length': '100000' }).write('{', () => reply.destroy())
      },
    },
    'answers with 10 MB': {
      every: 4,
      spoil: (reply, answer) => head(reply, answer).end(Buffer.alloc(10 * MB, ' ')),
    },
    'answers without an end': {
      every: 20,
      checks: some,
      spoil: (reply, answer) => endless(64, 500).pipe(head(reply, answer)),
    },
    'drips its answers, a byte a second': {
      every: 20,
      checks: some,
      spoil: (reply, answer) => dripping(answer.body, 1_000).pipe(head(reply, answer)),
    },
    'promises more than it sends and closes its half of the connection': {
      every: 6,
      checks: some,
      spoil: (reply, answer) => {
        const promised = { 'content-length': `${answer.body.length + 10}` }
        head(reply, answer, promised).write(answer.body, () => reply.socket?.end())
      },
    },
    'sends more than it promises': {
      every: 6,
      checks: some,
      spoil: (reply, answer) => {
        head(reply, answer, { 'content-length': '1' }).end(`${answer.body}{"more":"than that"}`)
      },
    },
    'says each of its headers twice': {
      every: 6,
      checks: some,
      spoil: (reply, answer) => head(reply, twice(answer)).end(answer.body),
    },
    'sends interim answers without an end': {
      every: 20,
      checks: some,
      spoil: (reply) => {
        const flood = setInterval(() => reply.writeProcessing(), 5)
        reply.once('close', () => clearInterval(flood))
      },
    },
    'takes its time with every tenth answer': {
      every: 10,
      checks: some,
      spoil: (reply, answer) => {
        pause(14_000, undefined, { ref: false }).then(() => head(reply, answer).end(answer.body))
      },
    },
  }

/** The suite ends by itself after a minute, on a busy machine some time later; one that hangs would not. */
const BOUNDED = { timeout: 600_000 }

// Most of the time is spent waiting for answers that do not come.
describe('the live suite against a server that', { concurrency: 5 }, () => {
  for (const [does, { every, checks = allChecks, spoil }] of Object.entries(hostilities))
    it(`${does} ends in time with its reasons, and is not green`, BOUNDED, async () => {
      const before = process.memoryUsage().rss
      const { results, findings } = await verify(checks, every, spoil)
      assert.equal(results.length, checks.length)
      assert.ok(
        results.some(({ verdict }) => verdict === 'FAIL' || verdict === 'INCONCLUSIVE'),
        'it is green',
      )
      for (const { observed } of findings) assert.notEqual(observed, '')
      const grown = (process.memoryUsage().rss - before) / MB
      assert.ok(grown < 500, `${Math.round(grown)} MB more`)
    })
})
