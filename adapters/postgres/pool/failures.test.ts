import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { neonTexts, pgbouncerTexts } from '../faults/wire.ts'
import { type FailureKind, failureOf, remedyFor } from './failures.ts'

const kindsByCode: Record<FailureKind, string> = {
  transient: `CONNECTION_CLOSED CONNECTION_DESTROYED CONNECTION_ENDED CONNECT_TIMEOUT ECONNRESET ECONNREFUSED
    EPIPE ETIMEDOUT ENOTFOUND EAI_AGAIN EHOSTUNREACH ENETUNREACH PROTOCOL_VIOLATION ERR_STREAM_DESTROYED
    57P01 57P02 57P03 57P05 53000 53100 53200 53300 53400 08000 08001 08003 08004 08006 58030 25006 25P03 40003 08007`,
  permanent: `28P01 28000 3D000 3F000 42P01 42501 42703 42704 42883 42P16 0A000 DEPTH_ZERO_SELF_SIGNED_CERT
    SELF_SIGNED_CERT_IN_CHAIN UNABLE_TO_VERIFY_LEAF_SIGNATURE CERT_HAS_EXPIRED ERR_TLS_CERT_ALTNAME_INVALID
    ERR_SSL_WRONG_VERSION_NUMBER ERR_TLS_REFUSED SASL_SIGNATURE_MISMATCH`,
  conflict: '40001 40P01 40000',
  timeout: '57014',
  lock_timeout: '55P03',
  statement:
    '22021 22P02 22003 23505 23514 42601 UNDEFINED_VALUE MAX_PARAMETERS_EXCEEDED NOT_TAGGED_CALL',
}

describe('B-4 · what a code says is told apart:', () => {
  for (const [kind, codes] of Object.entries(kindsByCode))
    for (const code of codes.trim().split(/\s+/))
      test(`${code} is ${kind}`, () => assert.equal(failureOf({ code }).kind, kind))
})

describe('B-4 · what only a text says is told apart:', () => {
  for (const [texts, code] of [
    [neonTexts, 'XX000'],
    [pgbouncerTexts, '08P01'],
  ] as const)
    for (const [message, kind] of texts)
      test(`${code} "${message.slice(0, 60)}" is ${kind}`, () => {
        assert.equal(failureOf({ code, message }).kind, kind)
      })
})

test('what the server says of a statement and lives on is an answer; what ends a connection is none', () => {
  const answered = (severity: string, code: string) => failureOf({ severity, code }).answered
  assert.equal(answered('ERROR', '53100'), true)
  assert.equal(answered('ERROR', '42P01'), true)
  assert.equal(answered('FATAL', '57P01'), false)
  assert.equal(answered('FATAL', '08P01'), false)
  // Neither server knows whether it committed.
  assert.equal(answered('ERROR', '40003'), false)
  assert.equal(answered('ERROR', '08007'), false)
  assert.equal(failureOf({ code: 'ECONNRESET' }).answered, false)
})

test('a coordinator that has lost a worker is not lost itself, and does not know what the worker did', () => {
  const { kind, answered, behind } = failureOf({ severity: 'ERROR', code: '08006' })
  assert.deepEqual({ kind, answered, behind }, { kind: 'transient', answered: false, behind: true })
  assert.equal(failureOf({ severity: 'FATAL', code: '08006' }).behind, false)
  assert.equal(failureOf({ code: 'CONNECTION_CLOSED' }).behind, false)
})

test('an error of several addresses counts as its first', () => {
  const error = new AggregateError([{ code: 'ECONNREFUSED' }, { code: 'ENETUNREACH' }])
  assert.equal(failureOf(error).code, 'ECONNREFUSED')
})

test('what is no error of a database at all is a mistake of ours, and harms nobody', () => {
  for (const error of [new TypeError('x'), undefined, null, 'text', 7, {}])
    assert.deepEqual(failureOf(error), {
      kind: 'statement',
      code: 'UNKNOWN',
      answered: false,
      behind: false,
    })
})

test('neither failure nor remedy holds a word of the message', () => {
  const error = {
    code: '28P01',
    message: 'password authentication failed for user "hunter2"',
    detail: 'Key (title)=(hunter2) already exists.',
  }
  const failure = failureOf(error)
  assert.doesNotMatch(JSON.stringify(failure) + remedyFor(failure), /hunter2/)
  assert.match(remedyFor(failure), /DATABASE_URL/)
})
