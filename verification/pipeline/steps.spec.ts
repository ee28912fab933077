import assert from 'node:assert/strict'
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { jwt } from 'better-auth/plugins'
import { parse } from 'yaml'
import { deployment } from '../../bootstrap/system/deployment.ts'
import { requestUntil } from '../../bootstrap/system/http-client.ts'
import { program } from '../../bootstrap/system/program.ts'
import { serviceEnv, serviceProcess } from '../../bootstrap/system/service-process.ts'
import { authServer, gitHub, password } from './fixtures.ts'

/** The steps of verify.yml as they are written there, with the variables that GitHub would give them. */
const cwd = fileURLToPath(new URL('../..', import.meta.url))
const { jobs } = parse(readFileSync(join(cwd, '.github/workflows/verify.yml'), 'utf8'))
const RELEASE = '0123456789abcdef0123456789abcdef01234567'
const origin = 'https://app.example.com'

const { built, database } = await deployment()
const auth = await authServer()
const shortLived = await authServer([jwt({ jwt: { expirationTime: '45s' } })])
const hub = await gitHub('ghs_played')
const start = async (jwksUrl: string) => {
  const { BETTER_AUTH_SECRET: _, ...env } = serviceEnv(database.url)
  // What only a checkout has, the files of the documentation, is not part of a build.
  const variables = {
    ...env,
    API_DOCS: 'disabled',
    AUTH_JWKS_URL: jwksUrl,
    RAILWAY_GIT_COMMIT_SHA: RELEASE,
  }
  const service = await serviceProcess({ cwd: built.directory, env: variables })
  await requestUntil(service.port, '/health', 200)
  return service
}
const service = await start(auth.jwks)
const scratch = mkdtempSync(join(tmpdir(), 'tasks-workflow-'))
after(async () => {
  await Promise.all([service.kill(), auth.close(), shortLived.close(), hub.close()])
  rmSync(scratch, { recursive: true })
})

type Context = Record<string, Record<string, string | undefined>>

/** GitHub's expressions as far as these steps have them: names and texts, the first one that is not empty. */
const evaluated = (text: string, context: Context): string =>
  text.replaceAll(/\$\{\{(.+?)\}\}/g, (_, expression: string) => {
    const values = expression.split('||').map((part) => {
      const [, quoted] = /^\s*'(.*)'\s*$/.exec(part) ?? []
      const [room = '', ...name] = part.trim().split('.')
      return quoted ?? context[room]?.[name.join('.')] ?? ''
    })
    return values.find((value) => value !== '') ?? ''
  })

let runs = 0
/** Runs the step with this id, as a runner does it. */
const step = (job: 'verify' | 'tell', context: Context, more: NodeJS.ProcessEnv = {}) => {
  runs += 1
  const own = jobs[job].steps.find(
    ({ id }: { id?: string }) => id === (job === 'tell' ? 'tell' : 'deployed'),
  )
  const files = {
    output: join(scratch, `output-${runs}`),
    summary: join(scratch, `summary-${runs}`),
  }
  const given = Object.entries<string>(own.env).map(([name, value]) => [
    name,
    evaluated(value, context),
  ])
  const env = {
    ...Object.fromEntries(given),
    GITHUB_ACTIONS: 'true',
    GITHUB_OUTPUT: files.output,
    GITHUB_STEP_SUMMARY: files.summary,
    GITHUB_API_URL: hub.origin,
    GITHUB_SERVER_URL: 'https://github.com',
    GITHUB_REPOSITORY: 'o/r',
    GITHUB_RUN_ID: '42',
    REPORT_DIR: join(scratch, 'report'),
    RELEASE_TIMEOUT_S: '20',
    ...more,
  }
  const read = (path: string) => (existsSync(path) ? readFileSync(path, 'utf8') : '')
  const shell = ['bash', '--noprofile', '--norc', '-eo', 'pipefail', '-c', own.run]
  const running = program(shell, { cwd, env, timeoutMs: 600_000 })
  return {
    running,
    done: async () => {
      const code = await running.ended()
      const said = running.stdout() + running.stderr()
      return { code, said, output: read(files.output), summary: read(files.summary) }
    },
  }
}

const vars = {
  TARGET_URL: `http://127.0.0.1:${service.port}`,
  ALLOWED_ORIGINS: origin,
  AUTH_URL: auth.url,
}
const secrets = {
  TEST_USER_A: `ada@example.com:${password}`,
  TEST_USER_B: `bob@example.com:${password}`,
}
const deployed = { 'event.deployment.sha': RELEASE }
/** What the second job does with what the first one came to. */
const told = async (exitCode: string) => {
  const needs = { 'verify.outputs.exit-code': exitCode }
  const { code, said } = await step('tell', { needs, github: { token: 'ghs_played' } }).done()
  assert.equal(code, 0, said)
  return said.trim().split('\n').at(-1)
}

test('a fork without variables is red with the reason, and its issues are left alone', async () => {
  const { code, summary, output } = await step('verify', {
    vars: {},
    secrets: {},
    github: {},
  }).done()
  assert.deepEqual([code, output], [2, 'exit-code=2\n'])
  assert.match(summary, /Nothing was verified\n\nTARGET_URL is missing/)
  assert.equal(await told('2'), 'the suite was not started: the issue is left as it is')
})

test('without the secrets of test users it is red with the reason', async () => {
  const { code, summary } = await step('verify', { vars, secrets: {}, github: deployed }).done()
  assert.equal(code, 2)
  assert.match(summary, /TEST_USER_A is missing/)
})

test('what the suite refuses, and a release that is no commit, are on the page of the job as well', async () => {
  const open = { ...vars, ALLOWED_ORIGINS: '', AUTH_URL: '', VERIFY_LEVEL: 'public' }
  const without = await step('verify', { vars: open, secrets: {}, github: {} }).done()
  assert.equal(without.code, 2)
  assert.match(without.summary, /Nothing was verified\n\nALLOWED_ORIGINS is missing/)
  const inputs = { release: 'main' }
  const branch = await step('verify', { vars, secrets, github: {}, inputs }).done()
  assert.equal(branch.code, 2)
  assert.match(branch.summary, /Nothing was verified\n\nEXPECTED_RELEASE must be a commit/)
})

test('tokens that would end during the run are told, and nothing is asked', async () => {
  const other = await start(shortLived.jwks)
  try {
    const context = {
      vars: { ...vars, TARGET_URL: `http://127.0.0.1:${other.port}`, AUTH_URL: shortLived.url },
      secrets,
      github: {},
    }
    const { code, said } = await step('verify', context).done()
    assert.equal(code, 2, said)
    assert.match(said, /must be valid for another minute at least/)
  } finally {
    await other.kill()
  }
})

test('a deployment that never becomes the expected release is red, and opens one issue', async () => {
  const github = { 'event.deployment.sha': 'f'.repeat(40) }
  const context = { vars: { ...vars, AUTH_URL: '', VERIFY_LEVEL: 'public' }, secrets: {}, github }
  const { code, said, summary } = await step('verify', context, { RELEASE_TIMEOUT_S: '2' }).done()
  assert.equal(code, 1, said)
  assert.match(said, /release f+ did not come within 2 s/)
  assert.match(summary, /R-14/)
  assert.equal(await told('1'), 'opened issue 1')
  assert.match(hub.issues[0]?.body ?? '', /actions\/runs\/42[\s\S]*R-14/)
})

test('a suite that can say nothing is red, and renews the issue', async () => {
  const away = { ...vars, TARGET_URL: 'http://127.0.0.1:9' }
  const { code, output } = await step('verify', { vars: away, secrets, github: {} }).done()
  assert.deepEqual([code, output], [3, 'exit-code=3\n'])
  assert.equal(await told('3'), 'renewed issue 1')
  // A runner that died before anything came out.
  assert.equal(await told(''), 'renewed issue 1')
  assert.equal(hub.issues.length, 1)
})

test('a newer deploy ends it: it clears up and is not green', async () => {
  const { running, done } = step('verify', { vars, secrets, github: deployed })
  await running.wrote(/\d of \d+ ran/)
  running.signal('SIGINT')
  const { code, said } = await done()
  assert.equal(code, 130, said)
  assert.match(said, /interrupted: clearing up first/)
})

test('a deployment that keeps its contract is green, shows no token, and closes the issue', async () => {
  const { code, said, summary, output } = await step('verify', {
    vars,
    secrets,
    github: deployed,
  }).done()
  // 4: every promise kept, but this machine was busy; 3: it has no browser.
  assert.ok([0, 3, 4].includes(Number(code)), said)
  assert.match(summary, /promises kept/)
  assert.equal(output, `exit-code=${code}\n`)
  for (const file of ['report.json', 'report.html', 'junit.xml', 'report.sarif'])
    assert.ok(existsSync(join(scratch, 'report', file)), file)
  const report = readFileSync(join(scratch, 'report/report.json'), 'utf8')
  assert.doesNotMatch(
    said.replaceAll(/^::add-mask::.*$/gm, '') + summary + report,
    /eyJ[\w-]+\.eyJ/,
  )
  assert.doesNotMatch(said + summary + report, new RegExp(password))
  // What only a browser sees is broken: the report is green and must not speak for the run.
  assert.equal(await told('1'), 'renewed issue 1')
  assert.match(hub.issues[0]?.body ?? '', /exit code 1, and this report does not say why/)
  assert.match(summary, /## In a browser\n\n./)
  assert.equal(await told('0'), 'closed issue 1')
  assert.deepEqual(
    [hub.issues[0]?.state, hub.issues[0]?.comments],
    ['closed', ['It keeps its contract again: https://github.com/o/r/actions/runs/42']],
  )
  assert.equal(await told('0'), 'nothing is open')
})
