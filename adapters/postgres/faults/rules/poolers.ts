import assert from 'node:assert/strict'
import { pgbouncer } from '../pgbouncer.ts'
import { pause, settled } from '../world.ts'
import type { Rule } from './rule.ts'

export const poolerRules: readonly Rule[] = [
  {
    id: 'B-1',
    title:
      'two hundred statements at once through a pooler get their own answers, and leave nothing in sessions',
    needs: 'pgbouncer',
    options: { queueMax: 300, productionTimeouts: true },
    check: async (world, _, make) => {
      const pooler = await pgbouncer(world.server.url)
      const subject = make(pooler.url, { queueMax: 300, productionTimeouts: true })
      try {
        /** A slow machine may turn some away, which is an answer of its own but none to this question. */
        const served = async (seconds: number, tries = 100): Promise<unknown> => {
          const end = await settled(subject.read(seconds))
          if (!end.ok && end.error.code === 'overloaded' && tries > 0) {
            await pause(100)
            return served(seconds, tries - 1)
          }
          return end.ok && (end.value as { seconds: number }[])[0]?.seconds
        }
        const answers = Array.from({ length: 200 }, async (_, n) => {
          const seconds = (n % 10) / 1_000
          return (await served(seconds)) === seconds
        })
        const right = (await Promise.all(answers)).filter(Boolean).length
        assert.equal(right, 200, `${right} of 200 are right`)
        const next = make(pooler.url, { max: 1, productionTimeouts: true })
        assert.equal(await next.statementTimeout(), '0')
        await next.close()
      } finally {
        await settled(subject.close(), 2_000).catch(() => undefined)
        await pooler.stop()
      }
    },
  },
  {
    id: 'B-2',
    title: 'a server that knows no statement timeout of the role still enforces one',
    check: async (_, subject) => {
      assert.notEqual(await subject.statementTimeout(), '0')
    },
  },
  {
    id: 'B-2',
    title: 'behind a pooler the timeout of the role is in force',
    needs: 'pgbouncer',
    check: async (world, _, make) => {
      await world.ask('alter role current_user set statement_timeout = 4000')
      const pooler = await pgbouncer(world.server.url)
      const subject = make(pooler.url)
      try {
        assert.equal(await subject.statementTimeout(), '4s')
      } finally {
        await settled(subject.close(), 2_000)
        await pooler.stop()
        await world.ask('alter role current_user reset statement_timeout')
      }
    },
  },
]
