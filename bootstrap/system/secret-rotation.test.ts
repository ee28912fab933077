import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { Agent } from 'node:http'
import { test } from 'node:test'
import { deployment } from './deployment.ts'
import { request, requestUntil } from './http-client.ts'
import { sharedSecretToken } from './issuer.ts'
import { logOf, type Program } from './program.ts'
import { serviceEnv, serviceProcess } from './service-process.ts'
import { until } from './wait.ts'

const { built, database, undo } = await deployment()
const [before, after] = [0, 1].map(() => randomBytes(48).toString('base64url')) as [string, string]

const TASKS = '/api/v1/tasks'
const CLIENTS = 8
/** So short that nobody has to wait; where a start takes longer it is over at once, which shows the same. */
const SHORT_MS = 2_500

const start = async (secrets: NodeJS.ProcessEnv) => {
  const env = { ...serviceEnv(database.url), RATE_LIMIT_PER_MINUTE: '1000000', ...secrets }
  const service = await serviceProcess({ cwd: built.directory, env })
  undo.push(service.kill)
  await requestUntil(service.port, '/health', 200)
  return service
}
const linesAbout = (service: Program, word: string) =>
  logOf(service).filter(({ message }) => String(message).includes(word))

/** Clients that write with a key and read, each with the token that it has at the moment. */
const load = (portOf: () => number, tokenOf: (client: number) => string) => {
  const statuses = new Map<number, number>()
  const agent = new Agent({ keepAlive: true })
  let stopped = false
  const ask = async (client: number, options: object) => {
    const { status } = await request(portOf(), TASKS, { token: tokenOf(client), agent, ...options })
    statuses.set(status, (statuses.get(status) ?? 0) + 1)
  }
  const clients = Array.from({ length: CLIENTS }, async (_, client) => {
    for (let n = 0; !stopped; n += 1) {
      await ask(client, { method: 'POST', key: `${client}-${n}`, json: { title: 'rotated' } })
      await ask(client, {})
    }
  })
  const count = () => [...statuses.values()].reduce((sum, some) => sum + some, 0)
  return {
    statuses,
    /** Resolves when every client has had the time for several requests more. */
    more: () => {
      const enough = count() + CLIENTS * 10
      return until(() => count() >= enough)
    },
    stop: async () => {
      stopped = true
      await Promise.all(clients)
      agent.destroy()
    },
  }
}

test('a secret changes under load: nobody is refused, until the time is over', async () => {
  const tokensOf = (secret: string) =>
    Promise.all(Array.from({ length: CLIENTS }, (_, n) => sharedSecretToken(secret, `owner-${n}`)))
  const [old, fresh] = await Promise.all([tokensOf(before), tokensOf(after)])
  let service = await start({ BETTER_AUTH_SECRET: before })
  const tokens = [...old]
  const traffic = load(
    () => service.port,
    (client) => tokens[client] as string,
  )
  await traffic.more()

  // First the service is told of both, as a deploy that overlaps with the one before; then the issuer changes, and
  // whoever asks it for a token has a new one. Half of the clients keep theirs.
  const both = (ms: number) => ({
    BETTER_AUTH_SECRET: after,
    BETTER_AUTH_SECRET_PREVIOUS: before,
    BETTER_AUTH_SECRET_PREVIOUS_UNTIL: new Date(Date.now() + ms).toISOString(),
  })
  const replaced = service
  service = await start(both(3_600_000))
  await traffic.more()
  replaced.signal('SIGTERM')
  await replaced.ended()
  for (let n = 0; n < CLIENTS; n += 2) tokens[n] = fresh[n] as string
  await traffic.more()
  await traffic.stop()
  assert.deepEqual([...traffic.statuses.keys()].sort(), [200, 201])
  assert.equal(linesAbout(service, 'previous secret are accepted').length, 1)

  service = await start(both(SHORT_MS))
  await service.wrote('tokens of the previous secret are refused: remove')
  for (const [token, status] of [
    [old[0], 401],
    [fresh[0], 200],
  ] as const)
    assert.equal((await request(service.port, TASKS, { token })).status, status)
  const { headers, body } = await request(service.port, TASKS, { token: old[1] })
  assert.match(body, /"code":"token_invalid"/)
  assert.equal(headers['www-authenticate'], 'Bearer error="invalid_token"')
  for (const secret of [before, after]) assert.ok(!service.stdout().includes(secret))
})

test('a service that starts anew after the time serves, and says what to remove', async () => {
  const service = await start({
    BETTER_AUTH_SECRET: after,
    BETTER_AUTH_SECRET_PREVIOUS: before,
    BETTER_AUTH_SECRET_PREVIOUS_UNTIL: '2026-11-01T00:00:00Z',
  })
  const [line, ...more] = linesAbout(service, 'previous secret')
  assert.deepEqual([line?.level, line?.until, more], ['warn', '2026-11-01T00:00:00.000Z', []])
  const token = await sharedSecretToken(before, 'ada')
  assert.equal((await request(service.port, TASKS, { token })).status, 401)
})
