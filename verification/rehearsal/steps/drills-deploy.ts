import { setTimeout as delay } from 'node:timers/promises'
import { loggedIn } from '../clean-copy.ts'
import { CLIENTS } from '../load.ts'
import type { Hold } from '../platform/compute.ts'
import { deployOn, type Stage, serving, variablesOf } from '../stage.ts'
import type { Step } from '../step.ts'
import { told, underLoad } from '../under-load.ts'

/** Railway's overlap is in whole seconds; the README asks for five. */
const OVERLAP_MS = 1_000
/** The role gives up on a lock after two seconds. */
const HELD_WITHIN_MS = 1_500

const assertEnded = (code: unknown, log: readonly Record<string, unknown>[]): void => {
  const last = log.at(-1)?.message
  if (code !== 0 || last !== 'stopped')
    throw new Error(`the old instance ended with ${code}, its last words were "${last}"`)
}

const rolling: Step<Stage> = {
  name: 'rolling deploy',
  promised: 'a new instance takes over and the old one drains without one failed request',
  needs: ['process 1', 'steady load'],
  run: async (stage) => {
    let drained = 0
    const figures = await underLoad(stage, async ({ steady }) => {
      const old = await serving(stage)
      const next = await deployOn(stage, variablesOf(stage, 'key set'))
      stage.edge.route(next.port)
      stage.running = next
      await delay(OVERLAP_MS)
      const { code, ms } = await old.terminate()
      assertEnded(code, loggedIn(old.program.stdout()))
      drained = ms
      await steady()
    })
    if (figures.failed > 0) throw new Error(told(figures))
    return `${told(figures)}; the old one ended with 0 after ${drained.toFixed(0)} ms`
  },
}

/** Waits until every client has a request that cannot be answered yet. */
const allHeld = async ({ waiting }: Hold): Promise<void> => {
  const until = performance.now() + HELD_WITHIN_MS
  while ((await waiting()) < CLIENTS)
    if (performance.now() > until) throw new Error('not every client has a request in flight')
}

const sigterm: Step<Stage> = {
  name: 'SIGTERM to the only instance',
  promised:
    'it answers what it has begun and ends with 0; what the edge then refuses succeeds later',
  needs: ['process 1', 'steady load'],
  run: async (stage) => {
    const { edge, neon } = stage
    const { cut } = edge
    let ended = 0
    const figures = await underLoad(stage, async () => {
      const only = await serving(stage)
      delete stage.running
      const hold = await neon?.compute.hold()
      try {
        if (hold) await allHeld(hold)
        const ending = only.terminate()
        await only.program.wrote('"stopping"')
        await hold?.release()
        const { code, ms } = await ending
        assertEnded(code, loggedIn(only.program.stdout()))
        ended = ms
      } finally {
        await hold?.release()
      }
      await serving(stage)
    })
    // After it has stopped listening nobody but the edge can answer.
    const odd = figures.rude.find((it) => it !== '502 502')
    if (edge.cut > cut || odd)
      throw new Error(`${edge.cut - cut} requests in flight were cut; ${told(figures)}`)
    return `${CLIENTS} in flight answered, ended with 0 after ${ended.toFixed(0)} ms; ${told(figures)}`
  },
}

const forgotten: Step<Stage> = {
  name: 'deploy without its secret',
  promised: 'it ends at once with a line that names the variable, and the old instance goes on',
  needs: ['steady load'],
  run: async (stage) => {
    let said = ''
    const figures = await underLoad(stage, async () => {
      const env = variablesOf(stage, 'shared secret')
      delete env.BETTER_AUTH_SECRET
      said = await deployOn(stage, env).then(
        async ({ program }) => {
          await program.kill()
          return 'it started all the same'
        },
        (error: Error) => error.message,
      )
    })
    if (!said.startsWith('the start ended with 1: BETTER_AUTH_SECRET is missing'))
      throw new Error(said)
    if (figures.failed > 0) throw new Error(told(figures))
    return `${said}; ${told(figures)}`
  },
}

export const deployDrills: readonly Step<Stage>[] = [rolling, sigterm, forgotten]
