import assert from 'node:assert/strict'
import { test } from 'node:test'
import { logKeySetState, logMisfits } from './state-log.ts'
import { refusals } from './token/refusal.ts'

const recorded = () => {
  const lines: { level: string; message: string; [member: string]: unknown }[] = []
  const at = (level: string) => (fields: object, message: string) =>
    void lines.push({ level, message, ...fields })
  return { lines, logger: { info: at('info'), warn: at('warn'), error: at('error') } }
}

test('a refused claim is told once in ten minutes, each by its variable', () => {
  const { lines, logger } = recorded()
  let clock = 0
  const tell = logMisfits(logger, () => clock)
  for (const reason of ['issuer', 'signature', 'issuer', 'audience', 'issuer'] as const)
    tell(reason)
  assert.deepEqual(
    lines.map(({ variable }) => variable),
    ['AUTH_ISSUER', 'AUTH_AUDIENCE'],
  )
  clock = 10 * 60_000 - 1
  tell('issuer')
  assert.equal(lines.length, 2)
  clock += 1
  tell('issuer')
  assert.equal(lines.length, 3)
})

test('whatever else a good token is refused for is told as well, and nothing that anybody may send', () => {
  const { lines, logger } = recorded()
  const tell = logMisfits(logger)
  for (const reason of refusals) tell(reason)
  for (const reason of refusals) tell(reason)
  const said = lines.map(({ variable, claims, message }) => [variable ?? claims, message])
  assert.deepEqual(
    said.map(([about]) => about),
    [['sub', 'exp'], ['nbf', 'iat'], 'AUTH_ISSUER', 'AUTH_AUDIENCE'],
  )
  for (const [, message] of said)
    assert.match(String(message), /^well-signed tokens are refused because .+: \w/)
})

test('a key set that cannot be had is told with code, remedy and what serves meanwhile', () => {
  const { lines, logger } = recorded()
  const tell = logKeySetState(logger)
  const failed = { reachable: false, code: 'HTTP_404', remedy: 'correct it' } as const
  tell({ ...failed, hasKeys: false })
  tell({ ...failed, hasKeys: true })
  tell({ reachable: true, keys: 2, refused: [] })
  tell({ reachable: true, keys: 0, refused: ['an RSA key with exponent 1'] })
  const said = lines.map(({ level, code, remedy, message }) => [level, code, remedy, message])
  assert.deepEqual(said.slice(0, 2), [
    [
      'error',
      'HTTP_404',
      'correct it',
      'the key set of AUTH_JWKS_URL cannot be had: until it can, every token is answered 503',
    ],
    [
      'error',
      'HTTP_404',
      'correct it',
      'the key set of AUTH_JWKS_URL cannot be had: the keys known so far serve for an hour',
    ],
  ])
  assert.deepEqual(
    lines.slice(2).map(({ level }) => level),
    ['info', 'error', 'warn'],
  )
})
