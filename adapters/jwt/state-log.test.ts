import assert from 'node:assert/strict'
import { test } from 'node:test'
import { logKeySetState } from './state-log.ts'

const recorded = () => {
  const lines: { level: string; message: string; [member: string]: unknown }[] = []
  const at = (level: string) => (fields: object, message: string) =>
    void lines.push({ level, message, ...fields })
  return { lines, logger: { info: at('info'), warn: at('warn'), error: at('error') } }
}

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
