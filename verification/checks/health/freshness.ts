import { setTimeout as pause } from 'node:timers/promises'
import { checksOf } from '../../engine/check.ts'
import type { CheckContext } from '../../engine/check-context.ts'
import { type Exchange, headerOf } from '../../engine/http/exchange.ts'
import { oncePerRun } from '../once-per-run.ts'
import { common, expectHealthy, healthIn } from './exchanges.ts'

/** Longer than two probes of a near database need, shorter than any cache that is worth having. */
const GAP_MS = 60
const [ASKED, ASKED_IN_DOUBT] = [3, 6]
/** A latency is measured inside of what it takes to answer; clocks of different grain may differ by this. */
const GRAIN_MS = 10
/** Fewer digits than this may be the same by rounding alone. */
const DIGITS_MIN = 2

const ask = async (context: CheckContext, times: number): Promise<Exchange[]> => {
  const asked: Exchange[] = []
  for (let turn = 0; turn < times; turn += 1) {
    if (turn > 0) await pause(GAP_MS)
    asked.push(await context.send({ path: '/health', connection: 'health' }))
  }
  return asked
}

export const spaced = oncePerRun((context) => ask(context, ASKED))

const latencyIn = (exchange: Exchange): number => healthIn(exchange).database?.latency_ms ?? -1
/** How much longer than its answer a probe took. */
const excessOf = (exchange: Exchange): number => latencyIn(exchange) - exchange.ms
const differentIn = <T>(all: readonly T[]): number => new Set(all).size

/** How many digits a measurement has, unless it was rounded to a whole number. */
const digitsOf = (value: number): number =>
  Number.isInteger(value) ? 0 : String(value).replace(/^0\.0*|\./g, '').length

/** Whether it is asked anew, each time. */
export const freshness = checksOf(common, {
  'H-02': {
    promise: 'asks the database anew for every caller who comes later',
    severity: 'high',
    fix: 'share a probe only among those who wait for it; keep no result once it is told',
    run: async (context) => {
      const asked = await spaced(context)
      for (const exchange of asked) if (!expectHealthy(context, exchange)) return
      const last = asked.at(-1) as Exchange
      const times = asked.map((exchange) => healthIn(exchange).timestamp)
      context.expect(
        differentIn(times) === asked.length,
        last,
        `another timestamp in each of ${asked.length} answers ${GAP_MS} ms apart`,
        times.join(', '),
      )
      const date = Date.parse(headerOf(last.response, 'date') ?? '')
      const off = Math.abs(Date.parse(healthIn(last).timestamp ?? '') - date)
      context.expect(
        Number.isNaN(date) || off <= 10_000,
        last,
        'a timestamp of now',
        `${Math.round(off / 1000)} s from Date`,
      )
    },
  },
  'H-12': {
    promise: 'measures how long its database takes, each time',
    severity: 'medium',
    fix: 'take the time around the query itself; send no constant and no value of an earlier check',
    run: async (context) => {
      const asked = [...(await spaced(context))]
      for (const exchange of asked) if (!expectHealthy(context, exchange)) return
      // Who shares the probe of somebody who came before waits for the rest of it alone; not each time.
      const [least] = asked.toSorted((one, other) => excessOf(one) - excessOf(other)) as [Exchange]
      context.expect(
        excessOf(least) <= GRAIN_MS,
        least,
        'a latency within the time that the answer took',
        `${latencyIn(least)} ms of ${Math.round(least.ms)} ms`,
      )
      const doubtful = () =>
        differentIn(asked.map(latencyIn)) === 1 &&
        digitsOf(latencyIn(asked[0] as Exchange)) >= DIGITS_MIN
      if (doubtful()) asked.push(...(await ask(context, ASKED_IN_DOUBT)))
      context.expect(
        !doubtful(),
        asked.at(-1) as Exchange,
        'a latency that was measured',
        `${asked.length} times ${latencyIn(asked[0] as Exchange)} ms`,
      )
    },
  },
})
