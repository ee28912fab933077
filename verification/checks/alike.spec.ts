import assert from 'node:assert/strict'
import { test } from 'node:test'
import { responseOf } from '../engine/http/receive.ts'
import { differenceOf } from './alike.ts'

const answerWith = (name: string, value: string) =>
  responseOf(404, new Map([[name, [value]]]), Buffer.from('{"code":"task_not_found"}'))
const differ = (name: string) => differenceOf(answerWith(name, '1'), answerWith(name, '2'))

test('what edges number or time tells no answer from another', () => {
  const added =
    'date x-request-id cf-ray x-railway-request-id x-amz-cf-id x-amzn-requestid x-azure-ref fly-request-id rndr-id x-vercel-id x-nf-request-id heroku-session-id x-envoy-upstream-service-time x-kong-upstream-latency x-response-time server-timing x-cache-hits x-ratelimit-remaining x-rate-limit-remaining ratelimit traceparent apigw-requestid x-goog-hash fastly-restarts x-akamai-request-id cdn-requestid x-do-orig-status'
  for (const name of added.split(' ')) assert.equal(differ(name), undefined, name)
})

test('what nobody is known to add may tell whose a task is', () => {
  for (const name of ['etag', 'x-owner', 'x-task-exists', 'last-modified', 'link', 'age'])
    assert.match(differ(name) ?? '', new RegExp(`^${name}: 1, not 2$`))
})
