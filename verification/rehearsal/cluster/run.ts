import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { costs } from './cost.ts'

/**
 * The service on a cluster: `CITUS_URL` is the coordinator's, of a superuser, with two workers or more on this machine
 * that the same user may enter. Everything happens in a database of its own, which is dropped afterwards. `--cost`
 * measures instead.
 */
const { CITUS_URL } = process.env
if (!CITUS_URL) {
  process.stderr.write(
    'CITUS_URL is missing: set it to the URL of a Citus coordinator on this machine that has two workers (decisions/0042)\n',
  )
  process.exit(1)
}

const tested = async (): Promise<number> => {
  const specs = ['cluster.spec.ts', 'schema.spec.ts'].map((name) =>
    fileURLToPath(new URL(name, import.meta.url)),
  )
  const command = ['--import', 'tsx', '--test', '--test-concurrency=1', ...specs]
  const [code] = await once(spawn(process.execPath, command, { stdio: 'inherit' }), 'close')
  return code ?? 1
}

if (process.argv[2] === '--cost')
  for (const line of await costs(CITUS_URL)) process.stdout.write(`${line}\n`)
else process.exitCode = await tested()
