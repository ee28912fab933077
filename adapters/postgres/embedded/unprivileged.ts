import { spawnSync } from 'node:child_process'
import { chownSync, statSync } from 'node:fs'

export interface Account {
  /** What to put before a command to run it under this account. */
  prefix: string[]
  /** Hands a file to the account, that the server may read it and accepts its owner. */
  own(path: string): void
}

interface Candidate {
  prefix: string[]
  uid: number
  gid: number
}

/**
 * PostgreSQL refuses to run as root (postgresql.org/docs/17/postgres-user.html), which is what most
 * containers are. First choice is a user namespace in which root looks like nobody: no account is
 * needed and everything stays reachable, even below a 0700 home. Else an unprivileged account.
 */
export function unprivileged(binary: string, directory: string, env: NodeJS.ProcessEnv): Account {
  if (process.getuid?.() !== 0) return { prefix: [], own() {} }
  const refusals: string[] = []
  for (const { prefix, uid, gid } of candidates()) {
    let refusal = tried(prefix, '"$1" --version', binary, env)
    if (refusal === undefined) {
      handOver(directory, uid, gid)
      refusal = tried(prefix, 'test -w "$1" && test -x "$1"', directory, env)
    }
    if (refusal === undefined) return { prefix, own: (path) => chownSync(path, uid, gid) }
    refusals.push(`${prefix[0]}: ${refusal}`)
  }
  throw new Error(
    'PostgreSQL refuses to run as root, and no way round it works here ' +
      `(${refusals.join('; ')}). Start as an ordinary user, or set DATABASE_URL.`,
  )
}

function* candidates(): Generator<Candidate> {
  const namespace = ['unshare', '--user', '--map-user=65534', '--map-group=65534', '--']
  yield { prefix: namespace, uid: 0, gid: 0 }
  for (const name of ['postgres', 'nobody']) {
    const [uid, gid] = ['-u', '-g'].map((flag) =>
      Number(spawnSync('id', [flag, name], { encoding: 'utf8' }).stdout),
    )
    if (!uid || !gid) continue
    const prefix = ['setpriv', `--reuid=${uid}`, `--regid=${gid}`, '--clear-groups', '--']
    yield { prefix, uid, gid }
  }
}

/** An earlier run may have been someone else's: root may take the files over, others cannot. */
function handOver(directory: string, uid: number, gid: number): void {
  if (statSync(directory).uid === uid) return
  spawnSync('chown', ['-hR', `${uid}:${gid}`, directory])
}

function tried(prefix: string[], script: string, path: string, env: NodeJS.ProcessEnv) {
  const [command = '', ...flags] = [...prefix, 'sh', '-c', script, 'sh', path]
  const options = { env, cwd: '/', encoding: 'utf8', timeout: 10_000 } as const
  const probe = spawnSync(command, flags, options)
  if (probe.status === 0) return undefined
  const reason = probe.error?.message ?? probe.stderr.trim().split('\n').at(-1)
  return reason || `no access to ${path}`
}
