import { setTimeout as delay } from 'node:timers/promises'
import { COOLDOWN_MS, RETRY_DELAY_MS } from '../../../adapters/jwt/remote-keys.ts'
import { signingKey } from '../../../bootstrap/system/issuer.ts'
import type { ApiResponse } from '../client.ts'
import type { RehearsalContext } from '../context.ts'
import { assertNoFailure, lineOf } from '../load/figures.ts'
import { underLoad } from '../load/under-load.ts'
import type { Step } from '../step.ts'

const UNKNOWN_TOKENS = 20
const INTERVAL_MS = 500
const NEW_KEY_MAX_MS = 5_000
/** An unknown key waits for the next fetch, and after a failed one there is none for a while. */
const SETTLED_TIMEOUT_MS = COOLDOWN_MS + RETRY_DELAY_MS

const list = ({ client }: RehearsalContext, token: string) =>
  client.request('/api/v1/tasks?per_page=1', { token })

/** Asks until the status comes, and tells after how long. @throws Error when another one comes, or none in time */
const statusReached = async (
  ask: () => Promise<ApiResponse>,
  expected: number,
  meanwhile: readonly number[],
): Promise<number> => {
  const start = performance.now()
  for (;;) {
    const { status, code } = await ask()
    const ms = performance.now() - start
    if (status === expected) return ms
    if (!meanwhile.includes(status) || ms > SETTLED_TIMEOUT_MS)
      throw new Error(`${status} ${code} after ${(ms / 1_000).toFixed(1)} s instead of ${expected}`)
    await delay(INTERVAL_MS)
  }
}

const outage: Step = {
  name: 'key set out of reach',
  promised:
    'known keys go on without a failure; unknown ones get 503, and a flood of them one question',
  needs: ['steady load'],
  run: async (context) => {
    const { issuer } = context
    const unknown = await issuer.tokenFor('stranger', await signingKey())
    let fetches = 0
    const figures = await underLoad(context, async () => {
      issuer.setOut(true)
      try {
        await statusReached(() => list(context, unknown), 503, [])
        const before = issuer.requests
        const responses = Array.from({ length: UNKNOWN_TOKENS }, () => list(context, unknown))
        for (const { status, retryAfter } of await Promise.all(responses))
          if (status !== 503 || retryAfter === undefined)
            throw new Error(`an unknown key got ${status}, Retry-After ${retryAfter}`)
        fetches = issuer.requests - before
      } finally {
        issuer.setOut(false)
      }
    })
    if (fetches > 1) throw new Error(`${UNKNOWN_TOKENS} unknown keys asked ${fetches} times`)
    assertNoFailure(figures)
    return `${lineOf(figures)}; ${UNKNOWN_TOKENS} tokens of an unknown key: all 503, ${fetches} questions`
  },
}

const rotation: Step = {
  name: 'key rotation',
  promised: 'a new key serves within 5 s without a restart, tokens of the old one never fail',
  needs: ['steady load'],
  run: async (context) => {
    const { issuer } = context
    let ms = 0
    const figures = await underLoad(context, async ({ steady }) => {
      const next = await signingKey()
      issuer.publish(next)
      const token = await issuer.tokenFor('rotated', next)
      ms = await statusReached(() => list(context, token), 200, [401, 503])
      issuer.signWith(next)
      await steady()
    })
    const told = `the new key served after ${(ms / 1_000).toFixed(1)} s`
    if (ms > NEW_KEY_MAX_MS) throw new Error(told)
    assertNoFailure(figures)
    return `${told}; old and new: ${lineOf(figures)}`
  },
}

export const keySteps: readonly Step[] = [outage, rotation]
