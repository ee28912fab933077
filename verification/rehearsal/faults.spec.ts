import assert from 'node:assert/strict'
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, afterEach, describe, test } from 'node:test'
import { root, throwawayBuild } from '../../bootstrap/system/build.ts'
import { type RehearsalContext, rehearsalContext, removeFolder } from './context.ts'
import { runSteps, type Step } from './step.ts'
import { platformSteps } from './steps/platform.ts'
import { startSteps } from './steps/start.ts'

const { TMPDIR } = process.env
const out = mkdtempSync(join(tmpdir(), 'tasks-rehearsal-test-'))
after(() => rmSync(out, { recursive: true, force: true }))
let context: RehearsalContext | undefined
afterEach(async () => {
  await context?.teardown.run()
  if (context) removeFolder(context.folder)
  if (TMPDIR === undefined) delete process.env.TMPDIR
  else process.env.TMPDIR = TMPDIR
})

/** Our own build with a fault in it, in the place of what `npm ci` and `npm run build` take minutes for. */
const builtWith = (fault: (app: string) => void): Step => ({
  name: 'build',
  promised: 'a fault',
  run: async (on) => {
    const built = await throwawayBuild()
    on.teardown.add(built.remove)
    fault(built.directory)
    on.app = built.directory
    return 'built'
  },
})

const rehearsed = async (fault: (app: string) => void, without: readonly string[] = []) => {
  context = await rehearsalContext({ tree: root, out, without, coldStartMs: 50 })
  const options = { signal: new AbortController().signal, onOutcome: () => undefined }
  const steps = [builtWith(fault), ...platformSteps, ...startSteps]
  const outcomes = await runSteps(steps, context, options)
  const told = ({ name, seen }: (typeof outcomes)[0]) => `${name}: ${seen}`
  return {
    broken: outcomes.filter(({ verdict }) => verdict === 'broken').map(told),
    // Namespaces and PgBouncer are not everywhere.
    notDone: outcomes
      .filter(({ verdict, seen }) => verdict === 'not done' && seen.startsWith('it needs'))
      .map(({ name }) => name),
  }
}

const nothing = () => undefined

/** Changes the built programs, in exactly one place. */
const rewrite = (app: string, from: RegExp, to: string): void => {
  const dist = join(app, 'dist')
  const files = readdirSync(dist).map((name) => join(dist, name))
  const hit = files.filter((file) => from.test(readFileSync(file, 'utf8')))
  assert.equal(hit.length, 1)
  for (const file of hit) writeFileSync(file, readFileSync(file, 'utf8').replace(from, to))
}

/** Each fault, the step that has to say so, and those that have nothing to stand on after it. */
const rows: Record<
  string,
  [fault: (app: string) => void, without: string[], broken: RegExp[], notDone: string[]]
> = {
  nothing: [nothing, [], [], []],
  'a Procfile that leaves node to npm': [
    (app) => writeFileSync(join(app, 'Procfile'), 'web: npm start\n'),
    [],
    [/^process 1: the Procfile's command runs as "npm start", which keeps SIGTERM from node$/],
    [],
  ],
  'a migration that fails': [
    (app) =>
      writeFileSync(
        join(app, 'adapters/postgres/migrations/9999-nonsense.sql'),
        'alter table tasks add column nonsense no_such_type;',
      ),
    [],
    [
      /^pre-deploy migration: node dist\/migrate\.js ended with 1: migration 9999-nonsense\.sql failed at line 1 \(42704\)/,
    ],
    ['start', 'process 1', 'steady load'],
  ],
  'a way to verify tokens that was forgotten': [
    nothing,
    ['AUTH_JWKS_URL'],
    [/^start: the start ended with 1: BETTER_AUTH_SECRET is missing: /],
    ['process 1', 'steady load'],
  ],
  'a pool that takes no connection back': [
    (app) => rewrite(app, /busy\.delete\(connection\d*\);/, 'return;'),
    [],
    [/^steady load: not every client was served within 10 s, at last 503 overloaded$/],
    [],
  ],
}

const unseen = !existsSync('/proc') && 'what process 1 is cannot be seen here'

describe('a rehearsal turns exactly that step red which has to tell of', () => {
  for (const [name, [fault, without, broken, notDone]] of Object.entries(rows))
    test(name, { timeout: 600_000, skip: /npm/.test(name) && unseen }, async () => {
      const told = await rehearsed(fault, without)
      assert.equal(told.broken.length, broken.length, told.broken.join('\n'))
      for (const [i, line] of broken.entries()) assert.match(told.broken[i] ?? '', line)
      assert.deepEqual(told.notDone, notDone)
    })
})
