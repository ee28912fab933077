import { spawnSync } from 'node:child_process'
import { readFileSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { documentFile, documentText, originOf, typesFile } from './document.ts'

const usage = `Renews openapi.json and the types of the client, and lints the document: npm run client

The tools come from the npm registry and stay out of node_modules: openapi-typescript needs a TypeScript
that is not ours, and the linters are larger than everything else together.`

const MINUTES_MAX = 5

/** Runs a tool of exactly these packages. */
const run = (packages: readonly string[], command: readonly string[]): void => {
  const npx = process.platform === 'win32' ? 'npx.cmd' : 'npx'
  const wanted = packages.map((name) => `--package=${name}`)
  const { status, error } = spawnSync(
    npx,
    ['--yes', '--ignore-scripts', ...wanted, '--', ...command],
    {
      cwd: fileURLToPath(new URL('..', import.meta.url)),
      stdio: ['ignore', 'inherit', 'inherit'],
      shell: process.platform === 'win32',
      timeout: MINUTES_MAX * 60_000,
      env: { ...process.env, REDOCLY_TELEMETRY: 'off', SCARF_ANALYTICS: 'false' },
    },
  )
  if (status !== 0)
    throw new Error(`${command.join(' ')}: ${error?.message ?? `exit code ${status}`}`)
}

if (process.argv.length > 2) {
  process.stdout.write(`${usage}\n`)
} else {
  const document = documentText()
  writeFileSync(documentFile, document)
  run(
    ['openapi-typescript@7.13.0', 'typescript@5.9.3'],
    ['openapi-typescript', 'openapi.json', '--output', 'schema.ts'],
  )
  writeFileSync(typesFile, originOf(document) + readFileSync(typesFile, 'utf8'))
  run(['@redocly/cli@2.77.0'], ['redocly', 'lint', 'openapi.json', '--max-problems=1000'])
  run(
    ['@stoplight/spectral-cli@6.16.3'],
    ['spectral', 'lint', 'openapi.json', '--ruleset', '.spectral.yaml', '--fail-severity', 'hint'],
  )
}
