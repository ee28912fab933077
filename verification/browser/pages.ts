import type { Browser, Frame, Page } from 'playwright-core'

/** What a script on a page sends; `mode` and `credentials` as in Fetch. */
export interface Ask {
  method?: string
  headers?: Readonly<Record<string, string>>
  body?: string
  mode?: 'cors' | 'no-cors'
  credentials?: 'omit' | 'include'
}

/** What the script gets to see. Headers are those that the browser lets it see. */
export interface Seen {
  status: number
  headers: Readonly<Record<string, string>>
  text: string
}

/** A page that plays its part; nothing is loaded from anywhere for it. */
export interface Actor {
  /** the origin that its requests will carry */
  origin: string
  /** Undefined where the browser keeps the answer, or the request, from the script. */
  fetch(url: string, ask?: Ask): Promise<Seen | undefined>
  /** why the browser did so, in its own words, as far as it says */
  complaint(): string
  close(): Promise<void>
}

const PATIENCE_MS = 15_000
const PATH = '/verification'

/** Runs in the page. As text, so that no compiler puts its helpers in. */
const script = `async ([url, init]) => {
  try {
    const response = await fetch(url, { ...init, cache: 'no-store', signal: AbortSignal.timeout(12000) })
    return { status: response.status, headers: Object.fromEntries(response.headers), text: await response.text() }
  } catch {
    return undefined
  }
}`

/** Opens a page as if it came from an origin; undefined where the browser does not let it be that origin. */
export const pageAs = async (browser: Browser, origin: string): Promise<Actor | undefined> => {
  const page = await newPage(browser)
  const url = `${origin}${PATH}`
  await page.route(url, (route) =>
    route.fulfill({ contentType: 'text/html', body: '<!doctype html><title>verification</title>' }),
  )
  const loaded = await page.goto(url).catch(() => undefined)
  // While anything is routed, Playwright answers preflights itself, and grants all of them.
  await page.unrouteAll()
  if (loaded && (await page.evaluate('self.origin')) === origin)
    return actor(page, page.mainFrame(), origin)
  await page.context().close()
  return undefined
}

/** Two kinds of pages without an origin: a document from a data URL, and a frame in a sandbox. */
export const pagesWithoutOrigin = async (browser: Browser): Promise<Actor[]> => {
  const [data, outer] = await Promise.all([newPage(browser), newPage(browser)])
  await data.goto('data:text/html,<title>verification</title>')
  await outer.setContent('<iframe sandbox="allow-scripts" srcdoc="verification"></iframe>')
  const sandboxed = await outer.waitForSelector('iframe').then((frame) => frame.contentFrame())
  return [
    actor(data, data.mainFrame(), 'null (data:)'),
    ...(sandboxed ? [actor(outer, sandboxed, 'null (sandbox)')] : []),
  ]
}

/**
 * Why a page cannot send anything at all, to nobody's knowledge even: mixed content or a rule of the browser
 * for local networks, say. Nothing can be learnt of the service from such a page.
 */
export const obstacleOf = async (actor: Actor, livez: string): Promise<string | undefined> =>
  (await actor.fetch(livez, { mode: 'no-cors' }))
    ? undefined
    : `the browser lets it send nothing: ${actor.complaint()}`

/** Each in a context of its own: preflights that one was granted are no other's. */
const newPage = async (browser: Browser): Promise<Page> => {
  const context = await browser.newContext({ serviceWorkers: 'block' })
  context.setDefaultTimeout(PATIENCE_MS)
  return context.newPage()
}

const actor = (page: Page, frame: Frame, origin: string): Actor => {
  let complaint = ''
  page.on('console', (message) => {
    // That a resource did not load is said of everything; only the line before tells why.
    if (message.type() === 'error') complaint ||= message.text()
  })
  return {
    origin,
    fetch: async (url, ask = {}) => {
      complaint = ''
      return frame.evaluate<Seen | undefined>(`(${script})(${JSON.stringify([url, ask])})`)
    },
    complaint: () => /blocked by CORS policy: (.*)/.exec(complaint)?.[1] || complaint,
    close: () => page.context().close(),
  }
}
