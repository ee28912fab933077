import type { CheckContext } from '../engine/check-context.ts'

/** Where a service, or a proxy that it trusts, may look for the owner: in a query, a body or headers. */
const claims = {
  query: [
    'vrf',
    'user_id',
    'userId',
    'user',
    'owner',
    'owner_id',
    'sub',
    'userId[]',
    'filter[owner]',
  ],
  body: ['user_id', 'userId', 'owner'],
  headers: [
    ...['X-User-Id', 'X-User', 'X-Owner', 'X-Owner-Id', 'X-Forwarded-User', 'X-Auth-Request-User'],
    ...['X-Original-User', 'X-Authenticated-User'],
    ...['Remote-User', 'X-Remote-User', 'X-On-Behalf-Of', 'X-Act-As', 'X-Sub', 'X-Subject'],
    ...['X-Impersonate', 'X-Impersonate-User', 'Impersonate-User', 'X-Sudo', 'Sudo', 'X-Run-As'],
    ...['X-Auth-User', 'X-Account-Id', 'X-Principal', 'X-Consumer-Username', 'X-Username'],
    ...['X-Goog-Authenticated-User-Id', 'X-Amzn-Oidc-Identity', 'X-MS-Client-Principal-Id'],
  ],
}

/** What a header cannot hold as it is. */
const UNPRINTABLE = /[^!-~]/

/** Each in the name of B, to whom nothing belongs that is asked for, or all of it. */
export const claimsOfAnother = (
  { settings: { users } }: CheckContext,
  place: keyof typeof claims,
): [string, string][] => {
  const subject = users?.b.subject ?? 'vrf'
  const isSpelt = place === 'headers' && UNPRINTABLE.test(subject)
  return claims[place].map((name) => [name, isSpelt ? encodeURIComponent(subject) : subject])
}

/** By which a request calls itself a part of the service, or asks for another path than it names. */
export const ofTheInside: readonly (readonly [string, string])[] = [
  // CVE-2025-29927: what a framework tells itself, believed from anybody.
  ['X-Middleware-Subrequest', Array(5).fill('middleware').join(':')],
  ...['X-Internal', 'X-Internal-Request', 'X-Admin', 'X-Debug', 'X-Bypass', 'X-Skip-Auth'].map(
    (name) => [name, '1'] as const,
  ),
  // A path that needs no token, for whoever guards one path and serves another.
  ['X-Original-URL', '/health'],
  ['X-Rewrite-URL', '/health'],
  ['X-Forwarded-Uri', '/health'],
]

/** What agents, caches and tracers add, of which nothing that is refused depends. */
const ofTheWay: readonly (readonly [string, string])[] = [
  ['Range', 'bytes=0-10'],
  ['If-Range', '"vrf"'],
  ['If-Modified-Since', 'Sat, 01 Jan 2000 00:00:00 GMT'],
  ['If-Unmodified-Since', 'Fri, 31 Dec 2100 00:00:00 GMT'],
  ['traceparent', '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01'],
  ['tracestate', 'vrf=1'],
  ['baggage', 'internal=true,user=admin'],
  ['Accept-Language', 'de;q=0.9, *;q=0.1'],
  ['Cache-Control', 'no-cache'],
  ['Pragma', 'no-cache'],
  ['Prefer', 'handling=lenient'],
  ['Cookie', 'session=vrf; role=admin'],
  ['X-Forwarded-Proto', 'https'],
  ['X-Forwarded-Prefix', '/internal'],
  ['X-Requested-With', 'XMLHttpRequest'],
  ['DNT', '1'],
  ['Save-Data', 'on'],
  ['Sec-Purpose', 'prefetch'],
  ['Via', '1.1 vrf'],
]

/** Under .example nobody can register (RFC 2606 §3). */
export const STRANGER = 'vrf-stranger.example'

/** A host that a proxy may have been called by, in the words of the caller. */
export const misled: readonly (readonly [string, string])[] = [
  ['X-Forwarded-Host', STRANGER],
  ['Forwarded', `host=${STRANGER};proto=http`],
]

/** What may stand beside a request and decides nothing. */
export const unheard: readonly (readonly [string, string])[] = [
  ['X-Forwarded-For', '127.0.0.1'],
  ['X-Real-IP', '127.0.0.1'],
  ['X-Client-IP', '127.0.0.1'],
  ['X-HTTP-Method-Override', 'GET'],
  ...ofTheWay,
  ...ofTheInside,
  ['User-Agent', 'kube-probe/1.33'],
  ['Accept', 'text/html'],
  ['Referer', 'https://elsewhere.example/'],
  ['Sec-Fetch-Site', 'cross-site'],
  // Of a preflight, which this is not.
  ['Access-Control-Request-Method', 'PUT'],
]
