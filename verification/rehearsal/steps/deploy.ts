import { spawnSync } from 'node:child_process'
import { ask } from '../../../bootstrap/system/throwaway-service.ts'
import { assertDone, loggedIn } from '../clean-copy.ts'
import { neon } from '../platform/neon.ts'
import { commandOf, processOne } from '../platform/sandbox.ts'
import { deployOn, type Stage, serving, variablesOf } from '../stage.ts'
import { NotDone, type Step } from '../step.ts'
import { inSeconds, told, underLoad } from '../under-load.ts'

const database: Step<Stage> = {
  name: 'database',
  promised:
    'hosts with TLS under an own authority; a role with a SCRAM password and no other rights',
  run: async (stage) => {
    stage.neon = await neon(stage.ca, stage.names, stage.options.coldStartMs)
    stage.undo.push(stage.neon.close)
    const { compute } = stage.neon
    const [role] = await compute.ask(
      `select rolsuper or rolcreaterole or rolcreatedb or rolbypassrls as mighty,
        rolpassword like 'SCRAM-SHA-256%' as scram, current_setting('server_version') as version
        from pg_authid where rolname = '${compute.user}'`,
    )
    if (role?.mighty !== false || role.scram !== true)
      throw new Error(`the role is not as it should be: ${JSON.stringify(role)}`)
    return `PostgreSQL ${role.version} behind ${stage.names.pooler} and ${stage.names.direct}`
  },
}

const pooler: Step<Stage> = {
  name: 'pooler',
  promised: 'the host for requests leads through a real PgBouncer in transaction mode',
  needs: ['database'],
  run: async ({ neon: project }) => {
    if (!project?.compute.pooled)
      throw new NotDone('no PgBouncer is installed: that host leads to the server itself')
    return spawnSync('pgbouncer', ['--version'], { encoding: 'utf8' }).stdout.split('\n')[0] ?? ''
  },
}

const names: Step<Stage> = {
  name: 'container',
  promised: 'the command of the Procfile is process 1, among host names of its own',
  run: async ({ container }) => {
    if (container.missing)
      throw new NotDone(`${container.missing}: commands run beside ours, every host is localhost`)
    return 'namespaces for processes and mounts; the network is that of this machine'
  },
}

const migration: Step<Stage> = {
  name: 'pre-deploy migration',
  promised: 'it wakes the database and brings it up to date; once more it changes nothing',
  needs: ['build', 'database'],
  run: async (stage) => {
    const { compute } = stage.neon ?? {}
    await compute?.suspend()
    const applied = await migrated(stage)
    if (applied.length === 0 || compute?.woken !== 1)
      throw new Error(`applied ${applied.length}, woke the database ${compute?.woken} times`)
    const again = await migrated(stage)
    if (again.length > 0) throw new Error(`the second run applied ${again.join(', ')} again`)
    return `the sleeping database woke, ${applied.join(', ')} applied; the second run applied nothing`
  },
}

const migrated = async (stage: Stage): Promise<string[]> => {
  const command = 'node dist/migrate.js'
  const env = variablesOf(stage, 'key set')
  const running = stage.container.run(command, { cwd: stage.app, env })
  await assertDone(running, command)
  const line = loggedIn(running.stdout()).find(
    ({ message }) => message === 'the database is up to date',
  )
  return (line?.applied ?? []) as string[]
}

/** That a database sleeps may be said; that a person has to do something may not. */
const isComplaint = ({ level, message, remedy }: Record<string, unknown>): boolean =>
  /warn|error|fatal/.test(String(level)) &&
  !/^none needed/.test(String(remedy)) &&
  !/^the database does not answer yet/.test(String(message))

const start: Step<Stage> = {
  name: 'start',
  promised:
    'the Procfile’s command becomes healthy on Railway’s port as soon as the database wakes',
  needs: ['pre-deploy migration'],
  run: async (stage) => {
    const { compute } = stage.neon ?? {}
    await compute?.suspend()
    const begun = performance.now()
    const { port, program, healthyAfterMs } = await serving(stage)
    const woke = (compute?.readyAt ?? begun) - begun
    const { environment, release } = JSON.parse((await ask(port, '/health')).body)
    if (environment !== 'production' || release !== (stage.source.commit ?? null))
      throw new Error(`/health tells of ${environment} and release ${release}`)
    const serves = loggedIn(program.stdout()).find(
      ({ message }) => message === 'the database serves',
    )
    if (compute?.pooled && serves?.pooled !== true)
      throw new Error(`it does not know of the pooler: ${JSON.stringify(serves)}`)
    // Set on the role by the migration: as a startup parameter it would have been lost on the way.
    if (!(Number(serves?.statementTimeoutMs) > 0)) throw new Error('statements have no timeout')
    const complaints = loggedIn(program.stdout()).filter(isComplaint)
    if (complaints.length > 0) throw new Error(`it complains: ${JSON.stringify(complaints)}`)
    return `healthy after ${inSeconds(healthyAfterMs)}, ${inSeconds(woke)} of it for the database to wake; port ${port}, production, release ${release?.slice(0, 12) ?? 'not told'}, lost startup parameters: ${[...(stage.neon?.pooled.dropped ?? [])].join(', ') || 'none'}`
  },
}

const signals: Step<Stage> = {
  name: 'process 1',
  promised: 'process 1 is node itself, and SIGTERM ends it in good order with code 0',
  needs: ['start'],
  run: async (stage) => {
    const spare = await deployOn(stage, variablesOf(stage, 'key set'))
    try {
      const found = commandOf(processOne(spare.program, stage.container))
      if (found && (found.program !== 'node' || !/(^|\/)node$/.test(found.name)))
        throw new Error(
          `the Procfile's command runs as "${found.name}", which keeps SIGTERM from node`,
        )
      const { code, ms } = await spare.terminate()
      const last = loggedIn(spare.program.stdout()).at(-1)?.message
      if (code !== 0 || last !== 'stopped')
        throw new Error(`after SIGTERM it ended with ${code}, its last words were "${last}"`)
      return `${found ? 'node' : 'what it is cannot be seen here'}, ended with 0 ${ms.toFixed(0)} ms after SIGTERM`
    } finally {
      await spare.program.kill()
    }
  },
}

const steadyLoad: Step<Stage> = {
  name: 'steady load',
  promised: 'keyed clients from outside are served, each request the first time',
  needs: ['start'],
  run: async (stage) => {
    const figures = await underLoad(stage, ({ steady }) => steady())
    if (figures.failed > 0) throw new Error(told(figures))
    return told(figures)
  },
}

export const deployPart: readonly Step<Stage>[] = [
  names,
  database,
  pooler,
  migration,
  start,
  signals,
  steadyLoad,
]
