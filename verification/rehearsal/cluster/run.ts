import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'

/**
 * The service on a cluster: `CITUS_URL` is the coordinator's, of a superuser, with two workers or more on this machine
 * that the same user may enter. Everything happens in a database of its own, which is dropped afterwards.
 */
if (!process.env.CITUS_URL) {
  process.stderr.write(
    'CITUS_URL is missing: set it to the URL of a Citus coordinator on this machine that has two workers (decisions/0042)\n',
  )
  process.exit(1)
}
const specs = ['schema.spec.ts', 'cluster.spec.ts'].map((name) =>
  fileURLToPath(new URL(name, import.meta.url)),
)
const command = ['--import', 'tsx', '--test', '--test-concurrency=1', ...specs]
const child = spawn(process.execPath, command, { stdio: 'inherit' })
const [code] = await once(child, 'close')
process.exitCode = code ?? 1
