import { setTimeout as delay } from 'node:timers/promises'
import { ed25519Key } from '../../../adapters/jwt/fixtures.ts'
import { COOLDOWN_MS, FAILURE_REST_MS } from '../../../adapters/jwt/remote-keys.ts'
import type { Reply } from '../client.ts'
import type { Stage } from '../stage.ts'
import type { Step } from '../step.ts'
import { told, underLoad } from '../under-load.ts'

const FLOOD = 20
const ASK_EVERY_MS = 500
/** After a set was fetched unknown keys are believed to be unknown for a while; then it is asked for again. */
const SETTLED_WITHIN_MS = COOLDOWN_MS + FAILURE_REST_MS

const listAs = ({ send }: Stage, token: string) => send({ path: '/api/v1/tasks?per_page=1', token })

/** Asks again and again, and tells how long it took. @throws Error when the status never comes */
const until = async (ask: () => Promise<Reply>, wanted: number, meanwhile: readonly number[]) => {
  const begun = performance.now()
  for (;;) {
    const { status, code } = await ask()
    const ms = performance.now() - begun
    if (status === wanted) return ms
    if (!meanwhile.includes(status) || ms > SETTLED_WITHIN_MS)
      throw new Error(`${status} ${code} after ${(ms / 1_000).toFixed(1)} s instead of ${wanted}`)
    await delay(ASK_EVERY_MS)
  }
}

const outage: Step<Stage> = {
  name: 'key set out of reach',
  promised:
    'known keys go on without a failure; unknown ones get 503, and a flood of them one question',
  needs: ['steady load'],
  run: async (stage) => {
    const { issuer } = stage
    const stranger = issuer.tokenFor('stranger', ed25519Key())
    let questions = 0
    const figures = await underLoad(stage, async () => {
      issuer.setOut(true)
      try {
        // As long as the set is fresh, an unknown key is no reason to ask: 401.
        await until(() => listAs(stage, stranger), 503, [401])
        const before = issuer.asked
        const flood = Array.from({ length: FLOOD }, () => listAs(stage, stranger))
        for (const { status, retryAfter } of await Promise.all(flood))
          if (status !== 503 || retryAfter === undefined)
            throw new Error(`an unknown key got ${status}, Retry-After ${retryAfter}`)
        questions = issuer.asked - before
      } finally {
        issuer.setOut(false)
      }
    })
    if (questions > 1) throw new Error(`${FLOOD} unknown keys asked ${questions} times`)
    if (figures.failed > 0) throw new Error(told(figures))
    return `${told(figures)}; ${FLOOD} tokens of an unknown key: all 503, ${questions} questions`
  },
}

const rotation: Step<Stage> = {
  name: 'key rotation',
  promised: 'a new key serves within 30 s without a restart, tokens of the old one never fail',
  needs: ['steady load'],
  run: async (stage) => {
    const { issuer } = stage
    let ms = 0
    const figures = await underLoad(stage, async ({ steady }) => {
      const next = ed25519Key()
      issuer.publish(next)
      const token = issuer.tokenFor('rotated', next)
      ms = await until(() => listAs(stage, token), 200, [401, 503])
      issuer.sign(next)
      await steady()
    })
    if (ms > COOLDOWN_MS) throw new Error(`the new key served after ${(ms / 1_000).toFixed(1)} s`)
    if (figures.failed > 0) throw new Error(told(figures))
    return `the new key served after ${(ms / 1_000).toFixed(1)} s; old and new: ${told(figures)}`
  },
}

export const keyDrills: readonly Step<Stage>[] = [outage, rotation]
