import { MARKER_TAG, problemIn, TASKS, type Trial } from '../../engine/check-context.ts'
import { type Answer, type Exchange, headerOf, type Wanted } from '../../engine/exchange.ts'
import { type HostileOrigin, hostileOrigins } from './hostile-origins.ts'

/** What preflights grant and what scripts may read, whole: the contract leaves no room for more. */
export const granted = {
  methods: ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE'],
  headers: [
    'Authorization',
    'Content-Type',
    'If-Match',
    'If-None-Match',
    'Idempotency-Key',
    'X-Request-Id',
  ],
  exposed: ['ETag', 'Location', 'Link', 'Retry-After', 'X-Request-Id', 'Idempotency-Replayed'],
  maxAge: 7200,
} as const

/** An allowed origin; the list is used in turn, so that all of them have their share. */
export const allowedOrigin = ({ settings: { origins } }: Trial, turn = 0): string =>
  origins[turn % origins.length] ?? ''

/** Something to read: the list of tasks where there is a user, which costs a token, else the health. */
export const reading = ({ settings }: Trial): Wanted =>
  settings.users ? { path: `${TASKS}?per_page=1`, as: 'A' } : { path: '/health' }

export const from = (origin: string, wanted: Wanted): Wanted => ({
  ...wanted,
  headers: [['Origin', origin], ...(wanted.headers ?? [])],
})

/** What a browser asks before it lets a page send anything but a simple request (Fetch §4.8). */
export const preflight = (
  origin: string,
  path: string,
  method = 'POST',
  headers = 'authorization,content-type',
): Wanted => ({
  method: 'OPTIONS',
  path,
  headers: [
    ['Origin', origin],
    ['Access-Control-Request-Method', method],
    ['Access-Control-Request-Headers', headers],
  ],
})

/** A task that nobody may find later, but that would be cleared up if it came to be. */
export const newTask = (trial: Trial, origin: string, type = 'application/json') => {
  const title = trial.canary()
  const body = JSON.stringify({ title, tags: [MARKER_TAG] })
  const headers = [['Content-Type', type]] as const
  return { title, wanted: from(origin, { method: 'POST', path: TASKS, as: 'A', headers, body }) }
}

/** Reads as the owner that none of these came to be. Without users there is nobody to ask. */
export const expectNone = async (trial: Trial, titles: readonly string[]): Promise<void> => {
  if (!trial.settings.users) return
  const path = `${TASKS}?tag=${MARKER_TAG}&per_page=100`
  const list = await trial.send({ path, as: 'A' })
  trial.control(list.answer?.status === 200, list, 'the owner can list the tasks')
  const created = titles.filter((title) => list.answer?.text.includes(title)).length
  trial.expect(created === 0, list, 'a refused origin creates nothing', `${created} new tasks`)
}

/** The members of a list header, compared without case and order. */
const membersOf = (value: string | undefined): string =>
  [...new Set(value?.split(',').map((member) => member.trim().toLowerCase()))]
    .filter((member) => member !== '')
    .sort()
    .join(', ')
const same = (value: string | undefined, members: readonly string[]): boolean =>
  membersOf(value) === membersOf(members.join(','))

/** An allowed origin is named back to itself alone, with credentials, whatever the status. */
export const expectGranted = (trial: Trial, exchange: Exchange, origin: string): void => {
  const flaw = grantFlaw(exchange.answer, origin)
  trial.expect(!flaw, exchange, `access for ${origin} and nobody else`, flaw)
  const exposed = headerOf(exchange.answer, 'access-control-expose-headers')
  if (exchange.method === 'OPTIONS') return
  trial.expect(
    same(exposed, granted.exposed),
    exchange,
    `Access-Control-Expose-Headers: ${granted.exposed.join(', ')}`,
    exposed ?? 'no such header',
  )
}

const grantFlaw = (answer: Answer | undefined, origin: string): string | undefined => {
  if (!answer) return undefined
  const values = answer.headers.get('access-control-allow-origin') ?? []
  if (values.length !== 1 || values[0] !== origin)
    return `status ${answer.status}, Access-Control-Allow-Origin: ${values.join(' and ') || 'missing'}`
  const credentials = headerOf(answer, 'access-control-allow-credentials')
  if (credentials !== 'true')
    return `status ${answer.status}, Access-Control-Allow-Credentials: ${credentials ?? 'missing'}`
  const vary = headerOf(answer, 'vary')
  return membersOf(vary).split(', ').includes('origin') ? undefined : `Vary: ${vary ?? 'missing'}`
}

/** The whole grant of a preflight. */
export const expectPreflight = (trial: Trial, exchange: Exchange, origin: string): void => {
  trial.expectStatus(exchange, 204)
  expectGranted(trial, exchange, origin)
  const lists = { methods: granted.methods, headers: granted.headers }
  for (const [list, members] of Object.entries(lists)) {
    const value = headerOf(exchange.answer, `access-control-allow-${list}`)
    const expected = `Access-Control-Allow-${list}: ${members.join(', ')}`
    trial.expect(same(value, members), exchange, expected, value ?? 'no such header')
  }
  const age = headerOf(exchange.answer, 'access-control-max-age')
  const expected = `Access-Control-Max-Age: ${granted.maxAge}`
  trial.expect(age === String(granted.maxAge), exchange, expected, age ?? 'no such header')
}

/** Refused with the one problem there is for it, and without a word to the browser. */
export const expectRefused = (trial: Trial, exchange: Exchange, whose: string): void => {
  const { status, code } = problemIn(exchange.answer)
  const words = accessWords(exchange.answer)
  const parser = exchange.wanted.parserMayRefuse && [400, 431].includes(status ?? 0)
  trial.expect(
    words.length === 0 && (parser || (status === 403 && code === 'origin_not_allowed')),
    exchange,
    `403 origin_not_allowed without any Access-Control-* header for ${whose}`,
    [`status ${status}${code ? ` ${code}` : ''}`, ...words.slice(0, 2)].join(', '),
  )
}

/** Every Access-Control-* header with its value. */
export const accessWords = (answer: Answer | undefined): string[] =>
  [...(answer?.headers ?? [])]
    .filter(([name]) => name.startsWith('access-control-'))
    .map(([name, values]) => `${name}: ${values.join(' and ')}`)

/**
 * Each hostile origin reads once in a run: most on their own, the last few where another check wants one.
 */
export const hostileShares = ({ settings, runId }: Trial) => {
  const all = hostileOrigins(settings.origins, runId, settings.target)
  return {
    alone: all.slice(0, -4),
    mixed: all.slice(-4, -2),
    steady: all.slice(-2, -1),
    between: all.slice(-1),
  }
}

export const fromHostile = ({ value, parserMayRefuse }: HostileOrigin, wanted: Wanted): Wanted => ({
  ...from(value, wanted),
  ...(parserMayRefuse && { parserMayRefuse }),
})
