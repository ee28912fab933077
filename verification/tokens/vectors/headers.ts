import type { Vector } from '../vector-pack.ts'
import { compact, encoded, hmac, type Part } from './compact.ts'
import { claimsFor, headerFor, issue, type Minting } from './minting.ts'

/** Tokens longer than this are refused (contract §1). */
const TOKEN_BYTES_MAX = 8 * 1024

const refused = (
  check: string,
  name: string,
  token: string,
  codes: Vector['codes'] = ['token_invalid'],
): Vector => ({ check, name, token, expect: 'refused', codes })

/** What the header must not say, signed as if it might. */
export const headerVectors = (minting: Minting): Vector[] => {
  const { key } = minting
  const claims = claimsFor(minting, minting.subjects.a)
  const extended = (header: object) => issue(minting, claims, header)
  return [
    // RFC 8725 §3.1: one key, one algorithm.
    ...key.others.map(({ alg, sign }) =>
      refused(
        'A-37',
        `rightly signed with ${alg}`,
        compact(headerFor(minting, { alg }), claims, sign),
      ),
    ),
    ...otherSignatures(minting),
    // RFC 7515 §4.1.1: a string, compared as it is. RFC 8725 §2.1: whatever it names, the key knows one algorithm.
    ...[[key.alg], key.alg.toLowerCase(), `${key.alg} `, ...otherNames(key)].map((alg) =>
      refused(
        'A-49',
        `whose alg is ${JSON.stringify(alg)}`,
        compact(headerFor(minting, { alg }), claims, key.sign),
      ),
    ),
    ...otherKids(key).map(([name, kid]) =>
      refused('A-56', `with a good signature by a key that it names ${name}`, extended({ kid })),
    ),
    ...key.published.map(({ form, secret }) =>
      refused(
        'A-38',
        `signed with HS256 and ${form}`,
        compact(headerFor(minting, { alg: 'HS256' }), claims, hmac(secret)),
      ),
    ),
    // RFC 7515 §4.1.11: fast-jwt CVE-2026-35042, PyJWT CVE-2026-32597, Authlib CVE-2025-59420.
    refused('A-67', 'with a critical extension', extended({ crit: ['vrf'], vrf: true })),
    // Known to some, none, and no list: any crit is one too many.
    refused('A-67', 'whose critical extension is b64', extended({ crit: ['b64'], b64: true })),
    refused('A-67', 'with b64 for critical alone', extended({ crit: ['b64'] })),
    refused('A-67', 'with an empty crit', extended({ crit: [] })),
    refused('A-67', 'with crit null', extended({ crit: null })),
    // RFC 7797 §7: an unencoded payload has no place in a JWT.
    refused('A-68', 'with b64 false alone', extended({ b64: false })),
    refused('A-68', 'with a payload that is not encoded', unencoded(minting), [
      'token_invalid',
      'token_malformed',
    ]),
  ]
}

/** Under the right name, but of another text than header and payload (RFC 7515 §5.2), or by what the key is not. */
const otherSignatures = (minting: Minting): Vector[] => {
  const { key } = minting
  const [header, payload] = [headerFor(minting), claimsFor(minting, minting.subjects.a)].map(
    encoded,
  )
  const signed = (name: string, signature: Uint8Array) =>
    refused('A-89', name, `${header}.${payload}.${encoded(signature)}`)
  return [
    signed('of which the payload alone is signed', key.sign(`${payload}`)),
    signed('of which the header alone is signed', key.sign(`${header}`)),
    signed('signed without the dot between its parts', key.sign(`${header}${payload}`)),
    ...key.mistaken.map(({ how, sign }) => signed(`signed ${how}`, sign(`${header}.${payload}`))),
  ]
}

/** RFC 7515 §4.1.4: the name of a key is compared as it is. */
const otherKids = ({ kid }: Minting['key']): [string, string][] =>
  kid === undefined
    ? []
    : ([
        ['otherwise', 'vrf-unknown'],
        ['by the beginning of its name', kid.slice(0, -1)],
        ['with a letter more', `${kid}x`],
        ['in other letters', kid === kid.toUpperCase() ? kid.toLowerCase() : kid.toUpperCase()],
      ].filter(([, name]) => name !== kid && name !== '') as [string, string][])

/** Of other families, of none, and no name at all. */
const otherNames = ({ alg }: Minting['key']) =>
  [undefined, '', 'none', 'HS256', 'RS256', 'ES256', 'EdDSA'].filter((it) => it !== alg)

/** RFC 7797 §3: the payload as it is in the token and under the signature. Without dots, to keep three parts. */
const unencoded = (minting: Minting): string => {
  const { sub, exp } = claimsFor(minting, minting.subjects.a)
  const header = encoded(headerFor(minting, { crit: ['b64'], b64: false }))
  const input = `${header}.${JSON.stringify({ sub, exp })}`
  return `${input}.${encoded(minting.key.sign(input))}`
}

/** Payloads that are no claims set, and one that is too much. */
export const formVectors = (minting: Minting): Vector[] => {
  const claims = claimsFor(minting, minting.subjects.a)
  const of = (payload: Part, header: object = {}) => issue(minting, payload, header)
  const inner = `${encoded({ alg: 'none' })}.${encoded(claims)}.`
  const padding = 'x'.repeat(TOKEN_BYTES_MAX)
  return [
    // fast-jwt issue 639: a list passed every check of the claims.
    refused('A-54', 'with a list for claims', of([claims])),
    refused('A-69', 'with another token inside', of(inner, { cty: 'JWT' })),
    refused('A-55', 'longer than 8 KiB', of({ ...claims, padding }), [
      'token_invalid',
      'token_malformed',
    ]),
  ]
}
