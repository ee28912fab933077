import { spawn } from 'node:child_process'
import { appendFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { targetOf } from './engine/setting-values.ts'
import { waitForRelease } from './pipeline/release.ts'
import { SignInError, testUserTokens } from './pipeline/test-users.ts'
import { appendRefusal } from './reports/formats/step-summary.ts'
import { exitCodes } from './reports/outcome.ts'

/**
 * What follows a deploy: waits for the release, signs two test users in, runs the suite, and, where that is green, asks a
 * browser. Takes the variables of the suite, and AUTH_URL, TEST_USER_A and TEST_USER_B instead of tokens. Exits as
 * `npm run verify` does.
 */
const main = async (env: NodeJS.ProcessEnv): Promise<number> => {
  let tokens: Awaited<ReturnType<typeof testUserTokens>>
  try {
    const target = named('TARGET_URL', () => targetOf(env.TARGET_URL?.trim()))
    const timeoutMs = named('RELEASE_TIMEOUT_S', () => timeoutOf(env.RELEASE_TIMEOUT_S?.trim()))
    const expected = named('EXPECTED_RELEASE', () => releaseOf(env.EXPECTED_RELEASE?.trim()))
    if (expected) await waitForRelease({ target, expected, say, timeoutMs })
    tokens = await testUserTokens(env)
  } catch (error) {
    if (!(error instanceof SignInError)) throw error
    return refused(error.message)
  }
  for (const token of Object.values(tokens))
    if (env.GITHUB_ACTIONS && token) say(`::add-mask::${token}`)
  // The passwords end here.
  const { TEST_USER_A, TEST_USER_B, ...rest } = env
  const given = { ...rest, ...tokens }
  const suite = await run(
    ['--import', './verification/strip-types.js', 'verification/cli.ts'],
    given,
  )
  if (suite !== exitCodes.passed.code) return suite
  const browser = await run(['--import', 'tsx', 'verification/browser.ts'], given)
  return browserCodes.get(browser) ?? browser
}

/** A deploy may be reported before the old instance is gone, and a cold database takes its time. */
const timeoutOf = (text = '600'): number => {
  if (!/^\d{1,4}$/.test(text)) throw new Error('must be whole seconds, at most 9999')
  return Number(text) * 1_000
}

/** A branch or a tag is what no service says that it runs: there would be nothing to wait for. */
const releaseOf = (text = ''): string => {
  if (!/^([0-9a-f]{7,64})?$/.test(text))
    throw new Error('must be a commit: at least 7 digits of it, as `git rev-parse` writes them')
  return text
}

/** What the browser's check exits with, in the suite's codes. */
const browserCodes = new Map<number, number>([[2, exitCodes.inconclusive.code]])

const say = (line: string): void => void process.stdout.write(`${line}\n`)

const named = <T>(name: string, read: () => T): T => {
  try {
    return read()
  } catch (error) {
    throw new SignInError(`${name} ${(error as Error).message}`)
  }
}

/** Says why nothing was verified, on the page of the job too. */
const refused = (reason: string): number => {
  process.stderr.write(`Not configured:\n  ${reason}\n`)
  appendRefusal([reason], process.env)
  return exitCodes.misconfigured.code
}

/** npm passes on to us what a terminal has sent to us already. */
const ECHO_MS = 500

/**
 * In a group of its own, so that a signal comes to it from here alone, and once: asked once it clears up what it has
 * created, asked twice it ends at once.
 */
const run = (args: readonly string[], env: NodeJS.ProcessEnv): Promise<number> =>
  new Promise((resolve, reject) => {
    const cwd = fileURLToPath(new URL('..', import.meta.url))
    const child = spawn(process.execPath, args, { cwd, env, stdio: 'inherit', detached: true })
    let last = Number.NEGATIVE_INFINITY
    const pass = (signal: NodeJS.Signals) => {
      if (performance.now() - last > ECHO_MS) child.kill(signal)
      last = performance.now()
    }
    for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, pass)
    child.once('error', reject)
    child.once('close', (code) => resolve(code ?? exitCodes.interrupted.code))
  })

process.exitCode = await main(process.env)
const { GITHUB_OUTPUT } = process.env
if (GITHUB_OUTPUT) appendFileSync(GITHUB_OUTPUT, `exit-code=${process.exitCode}\n`)
