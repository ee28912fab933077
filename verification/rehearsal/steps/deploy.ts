import { setTimeout as delay } from 'node:timers/promises'
import { until } from '../../../bootstrap/system/wait.ts'
import { newInstance, servingInstance } from '../instances.ts'
import { assertNoFailure, lineOf } from '../load/figures.ts'
import { CLIENTS } from '../load/load.ts'
import { underLoad } from '../load/under-load.ts'
import { assertStopped } from '../output.ts'
import type { TableLock } from '../platform/superuser.ts'
import type { Step } from '../step.ts'
import { variablesFor } from '../variables.ts'

/** Railway's overlap is in whole seconds; the README asks for five. */
const OVERLAP_MS = 1_000
/** The role gives up on a lock after two seconds. */
const WAITING_TIMEOUT_MS = 1_500

const rolling: Step = {
  name: 'rolling deploy',
  promised: 'a new instance takes over and the old one drains without one failed request',
  needs: ['process 1', 'steady load'],
  run: async (context) => {
    let drainedMs = 0
    const figures = await underLoad(context, async ({ steady }) => {
      const old = await servingInstance(context)
      const next = await newInstance(context, variablesFor(context, 'key set'))
      context.edge.route(next.port)
      context.serving = next
      await delay(OVERLAP_MS)
      const { end, ms } = await old.terminate()
      assertStopped(old.program, end, 'the old instance')
      drainedMs = ms
      await steady()
    })
    assertNoFailure(figures)
    return `${lineOf(figures)}; the old one ended with 0 after ${drainedMs.toFixed(0)} ms`
  },
}

/** Waits until every client has a request that cannot be answered yet. */
const allWaiting = ({ waiting }: TableLock): Promise<boolean> =>
  until(
    async () => (await waiting()) >= CLIENTS,
    () => 'not every client has a request in flight',
    WAITING_TIMEOUT_MS,
  )

const sigterm: Step = {
  name: 'SIGTERM to the only instance',
  promised:
    'it answers what it has begun and ends with 0; what the edge then refuses succeeds later',
  needs: ['process 1', 'steady load'],
  run: async (context) => {
    const { edge, neon } = context
    const cutBefore = edge.cut
    let endedMs = 0
    const figures = await underLoad(context, async () => {
      const only = await servingInstance(context)
      delete context.serving
      const lock = await neon?.compute.lockTasks()
      try {
        if (lock) await allWaiting(lock)
        const ending = only.terminate()
        await only.program.wrote('"stopping"')
        await lock?.release()
        const { end, ms } = await ending
        assertStopped(only.program, end, 'the old instance')
        endedMs = ms
      } finally {
        await lock?.release()
      }
      await servingInstance(context)
    })
    const cut = edge.cut - cutBefore
    // Once it has stopped listening, only the edge can answer.
    const isOdd = figures.unexpected.some((it) => it !== '502 502')
    if (cut > 0 || isOdd) throw new Error(`${cut} requests in flight were cut; ${lineOf(figures)}`)
    return `${CLIENTS} in flight answered, ended with 0 after ${endedMs.toFixed(0)} ms; ${lineOf(figures)}`
  },
}

const missingSecret: Step = {
  name: 'deploy without its secret',
  promised: 'it ends at once with a line that names the variable, and the old instance goes on',
  needs: ['steady load'],
  run: async (context) => {
    let said = ''
    const figures = await underLoad(context, async () => {
      const env = variablesFor(context, 'shared secret')
      delete env.BETTER_AUTH_SECRET
      said = await newInstance(context, env).then(
        async ({ program }) => {
          await program.kill()
          return 'it started all the same'
        },
        (error: Error) => error.message,
      )
    })
    if (!said.startsWith('the start ended with 1: BETTER_AUTH_SECRET is missing'))
      throw new Error(said)
    assertNoFailure(figures)
    return `${said}; ${lineOf(figures)}`
  },
}

export const deploySteps: readonly Step[] = [rolling, sigterm, missingSecret]
