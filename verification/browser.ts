import { randomBytes } from 'node:crypto'
import type { Browser } from 'playwright-core'
import { watchAllowed } from './browser/allowed-page.ts'
import { CannotObserve, launch } from './browser/chromium.ts'
import { type Attempt, watchHostile, watchTraces } from './browser/hostile-page.ts'
import { exitCodeOf, lineOf, type Observation, type Observe } from './browser/observations.ts'
import { type Actor, obstacleOf, pageAs, pagesWithoutOrigin } from './browser/pages.ts'
import { hostileOrigins } from './checks/cors/hostile-origins.ts'
import { type CheckContext, checkContext } from './engine/check-context.ts'
import { clearUp } from './engine/clear-up.ts'
import { httpTransport } from './engine/http/transport.ts'
import { reach } from './engine/obstacles/reach.ts'
import { type Settings, SettingsError, settingsOf } from './engine/settings.ts'
import { appendToPage, literal } from './reports/formats/step-summary.ts'

/**
 * What no HTTP client can show: that a real browser lets pages of the allowed origins do all they need and
 * pages of other origins nothing. Chromium itself asks the target and enforces what it answers. Same variables
 * as the suite; exits with 0 where all is well, 1 where not, 2 where that cannot be said.
 */
const main = async (): Promise<number> => {
  let browser: Browser | undefined
  try {
    const settings = await settingsOf(process.env)
    browser = await launch(process.env)
    return await observeAll(browser, settings)
  } catch (error) {
    const known = error instanceof SettingsError || error instanceof CannotObserve
    const said = error instanceof Error ? error.message : String(error)
    tell([known ? said : `it broke off: ${said}`])
    return 2
  } finally {
    await browser?.close()
  }
}

const observeAll = async (browser: Browser, settings: Settings): Promise<number> => {
  const observations: Observation[] = []
  const observe = (observation: Observation) => {
    observations.push(observation)
    say(lineOf(observation))
  }
  const { target, users } = settings
  const { signal } = new AbortController()
  const transport = httpTransport({ target, users, signal })
  const runId = randomBytes(5).toString('hex')
  const context = checkContext({ settings, transport, runId })
  for (const name of ['SIGINT', 'SIGTERM'] as const) process.once(name, () => void browser.close())
  try {
    const obstacle = await reach(context)
    if (obstacle) throw new CannotObserve(obstacle)
    if (!users) say('VERIFY_LEVEL=public: pages have no token, so they read and write no tasks')
    await observeOrigins(browser, context, observe)
  } finally {
    const left = (await clearUp(context)) ?? []
    const what = 'nothing is left of it all'
    if (left.length > 0)
      observe({ verdict: 'FAIL', origin: target.origin, what, observed: `${left.length} tasks` })
    await transport.close()
  }
  const failed = observations.filter(({ verdict }) => verdict !== 'PASS')
  tell(
    [
      `${observations.length} observations with ${browser.version()}, ${failed.length} not as they should be`,
    ],
    failed.slice(0, TOLD_MAX).map(lineOf),
  )
  return exitCodeOf(observations)
}

const observeOrigins = async (
  browser: Browser,
  context: CheckContext,
  observe: Observe,
): Promise<void> => {
  const { origins, target } = context.settings
  const watchIfOpen = async (actor: Actor, watch: (actor: Actor) => Promise<void>) => {
    const observed = await obstacleOf(actor, new URL('/livez', target).href)
    const { origin } = actor
    if (observed) observe({ verdict: 'UNTESTED', origin, what: 'asks the service', observed })
    else await watch(actor)
    await actor.close()
  }
  const asOrigin = async (origin: string, watch: (actor: Actor) => Promise<void>) => {
    const actor = await pageAs(browser, origin)
    if (actor) return watchIfOpen(actor, watch)
    const observed = 'the browser cannot have a page from there'
    observe({ verdict: 'UNTESTED', origin, what: 'asks the service', observed })
  }
  for (const origin of origins) {
    if (origin === target.origin)
      say(`${origin} is the target itself: to its own pages CORS does not apply`)
    else await asOrigin(origin, (actor) => watchAllowed(actor, context, observe))
  }
  const attempts: Attempt[] = []
  const watch = async (actor: Actor) => {
    attempts.push(...(await watchHostile(actor, context, observe)))
  }
  for (const origin of hostilePages(context)) await asOrigin(origin, watch)
  for (const actor of await pagesWithoutOrigin(browser)) await watchIfOpen(actor, watch)
  await watchTraces(attempts, context, observe)
}

/** No name is longer (RFC 1035 §2.3.4), so no page can come from there. */
const HOST_MAX = 253

/** The hostile origins that a browser can have. To pages of the target itself CORS does not apply. */
const hostilePages = ({ settings: { origins, target }, runId }: CheckContext): string[] =>
  hostileOrigins(origins, runId)
    .map(({ value }) => value)
    .filter((value) => /^https?:/.test(value) && URL.canParse(value))
    .filter((value) => value !== target.origin && new URL(value).origin === value)
    .filter((value) => new URL(value).hostname.length <= HOST_MAX)

const say = (line: string): void => {
  process.stdout.write(`${line}\n`)
}

const TOLD_MAX = 20

/** What it came to, on the page of a job too, where `more` was not told yet. */
const tell = (lines: readonly string[], more: readonly string[] = []): void => {
  for (const line of lines) say(line)
  appendToPage('In a browser', [...lines, ...more].map(literal), process.env)
}

process.exitCode = await main()
