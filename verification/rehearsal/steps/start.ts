import { request } from '../../../bootstrap/system/http-client.ts'
import type { RehearsalContext } from '../context.ts'
import { newInstance, servingInstance } from '../instances.ts'
import { assertNoFailure, inSeconds, lineOf } from '../load/figures.ts'
import { underLoad } from '../load/under-load.ts'
import { assertStopped, assertSucceeded, logLineOf, logLinesIn } from '../output.ts'
import { commandOf, processOne } from '../platform/sandbox.ts'
import type { Step } from '../step.ts'
import { variablesFor } from '../variables.ts'

const migration: Step = {
  name: 'pre-deploy migration',
  promised: 'it wakes the database and brings it up to date; once more it changes nothing',
  needs: ['build', 'database'],
  run: async (context) => {
    const { compute } = context.neon ?? {}
    await compute?.suspend()
    const applied = await migrate(context)
    if (applied.length === 0 || compute?.wakeUps !== 1)
      throw new Error(`applied ${applied.length}, woke the database ${compute?.wakeUps} times`)
    const again = await migrate(context)
    if (again.length > 0) throw new Error(`the second run applied ${again.join(', ')} again`)
    return `the sleeping database woke, ${applied.join(', ')} applied; the second run applied nothing`
  },
}

/** Returns the migrations that it applied. */
const migrate = async (context: RehearsalContext): Promise<string[]> => {
  const command = 'node dist/migrate.js'
  const env = variablesFor(context, 'key set')
  const running = context.sandbox.run(command, { cwd: context.app, env })
  await assertSucceeded(running, command)
  return (logLineOf(running, 'the database is up to date')?.applied ?? []) as string[]
}

/** Whether a line asks a person to act; that a database sleeps may be said. */
const isComplaint = ({ level, message, remedy }: Record<string, unknown>): boolean =>
  /warn|error|fatal/.test(String(level)) &&
  !/^none needed/.test(String(remedy)) &&
  !/^the database does not answer yet/.test(String(message))

const start: Step = {
  name: 'start',
  promised:
    'the Procfile’s command becomes healthy on Railway’s port as soon as the database wakes',
  needs: ['pre-deploy migration'],
  run: async (context) => {
    const { compute, pooled } = context.neon ?? {}
    await compute?.suspend()
    const begun = performance.now()
    const { port, program, healthyAfterMs } = await servingInstance(context)
    const wokeAfterMs = (compute?.readyAt ?? begun) - begun
    const { environment, release } = JSON.parse((await request(port, '/health')).body)
    if (environment !== 'production' || release !== (context.source.commit ?? null))
      throw new Error(`/health tells of ${environment} and release ${release}`)
    const serves = logLineOf(program, 'the database serves')
    if (compute?.pooled && serves?.pooled !== true)
      throw new Error(`it does not know of the pooler: ${JSON.stringify(serves)}`)
    // The migration sets it on the role: as a startup parameter it would have been dropped on the way.
    if (!(Number(serves?.statementTimeoutMs) > 0)) throw new Error('statements have no timeout')
    const complaints = logLinesIn(program.stdout()).filter(isComplaint)
    if (complaints.length > 0) throw new Error(`it complains: ${JSON.stringify(complaints)}`)
    const lost = [...(pooled?.dropped ?? [])].join(', ') || 'none'
    return `healthy after ${inSeconds(healthyAfterMs)}, ${inSeconds(wokeAfterMs)} of it for the database to wake; port ${port}, production, release ${release?.slice(0, 12) ?? 'not told'}, lost startup parameters: ${lost}`
  },
}

const signals: Step = {
  name: 'process 1',
  promised: 'process 1 is node itself, and SIGTERM ends it in good order with code 0',
  needs: ['start'],
  run: async (context) => {
    const spare = await newInstance(context, variablesFor(context, 'key set'))
    try {
      const found = commandOf(processOne(spare.program, context.sandbox))
      if (found && (found.program !== 'node' || !/(^|\/)node$/.test(found.name)))
        throw new Error(
          `the Procfile's command runs as "${found.name}", which keeps SIGTERM from node`,
        )
      const { end, ms } = await spare.terminate()
      assertStopped(spare.program, end, 'after SIGTERM it')
      return `${found ? 'node' : 'what it is cannot be seen here'}, ended with 0 ${ms.toFixed(0)} ms after SIGTERM`
    } finally {
      await spare.program.kill()
    }
  },
}

const steadyLoad: Step = {
  name: 'steady load',
  promised: 'keyed clients from outside are served, each request the first time',
  needs: ['start'],
  run: async (context) => {
    const figures = await underLoad(context, ({ steady }) => steady())
    assertNoFailure(figures)
    return lineOf(figures)
  },
}

export const startSteps: readonly Step[] = [migration, start, signals, steadyLoad]
