import { spawnSync } from 'node:child_process'
import { neon as newNeon } from '../platform/neon.ts'
import { NotDone, type Step } from '../step.ts'

const sandbox: Step = {
  name: 'container',
  promised: 'the command of the Procfile is process 1, among host names of its own',
  run: async ({ sandbox: { missing } }) => {
    if (missing) throw new NotDone(`${missing}: commands run beside ours, every host is localhost`)
    return 'namespaces for processes and mounts; the network is that of this machine'
  },
}

const database: Step = {
  name: 'database',
  promised:
    'hosts with TLS under an own authority; a role with a SCRAM password and no other rights',
  run: async (context) => {
    const { ca, hosts, options, teardown } = context
    context.neon = await newNeon(ca, hosts, options.coldStartMs)
    teardown.add(context.neon.close)
    const { compute } = context.neon
    const [role] = await compute.query(
      `select rolsuper or rolcreaterole or rolcreatedb or rolbypassrls as mighty,
        rolpassword like 'SCRAM-SHA-256%' as scram, current_setting('server_version') as version
        from pg_authid where rolname = '${compute.user}'`,
    )
    if (role?.mighty !== false || role.scram !== true)
      throw new Error(`the role is not as it should be: ${JSON.stringify(role)}`)
    return `PostgreSQL ${role.version} behind ${hosts.pooler} and ${hosts.direct}`
  },
}

const pooler: Step = {
  name: 'pooler',
  promised: 'the host for requests leads through a real PgBouncer in transaction mode',
  needs: ['database'],
  run: async ({ neon }) => {
    if (!neon?.compute.pooled)
      throw new NotDone('no PgBouncer is installed: that host leads to the server itself')
    return spawnSync('pgbouncer', ['--version'], { encoding: 'utf8' }).stdout.split('\n')[0] ?? ''
  },
}

/** What the platforms provide before anything is deployed. */
export const platformSteps: readonly Step[] = [sandbox, database, pooler]
