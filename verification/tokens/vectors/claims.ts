import { VECTOR_LIFE_S, type Vector } from '../vector-pack.ts'
import { claimsFor, issue, type Minting, newSubject } from './minting.ts'
import { powersOver } from './powers.ts'

const HOUR_S = 3600
/** Claims with these values are written as JSON text: no value of ours becomes them. */
const BEYOND_NUMBERS = '@1e400'

type Row = [name: string, claims: object, code?: 'token_invalid' | 'token_expired']

/** A good token of user A but for the claims of the row: taken by mistake, it would do something. */
const refused = (minting: Minting, check: string, rows: readonly Row[]): Vector[] =>
  rows.map(([name, changes, code = 'token_invalid']) => {
    const claims = JSON.stringify(claimsFor(minting, minting.subjects.a, changes))
    const token = issue(minting, claims.replace(`"${BEYOND_NUMBERS}"`, '1e400'))
    return { check, name, token, expect: 'refused', codes: [code] }
  })

/** A good token of somebody unheard of, who has a right to an empty list. */
const stranger = (minting: Minting, changes: object = {}): string =>
  issue(minting, claimsFor(minting, newSubject('c'), changes))

/** RFC 7519 §4.1.4 to §4.1.6. */
export const timeVectors = (minting: Minting): Vector[] => [
  ...refused(minting, 'A-40', [
    ['that expired two minutes ago', { exp: minting.now - 120 }, 'token_expired'],
  ]),
  ...leeway(minting),
  // Falsy or not a number: hono CVE-2026-44459. JSON.parse reads 1e400 as Infinity.
  ...refused(minting, 'A-42', [
    ['with exp 0', { exp: 0 }, 'token_expired'],
    ['with a negative exp', { exp: -1 }, 'token_expired'],
    ['with exp as a string', { exp: '9999999999' }],
    ['with exp 1e400', { exp: BEYOND_NUMBERS }],
    ['with exp true', { exp: true }],
  ]),
  ...refused(minting, 'A-43', [
    ['without exp', { exp: undefined }],
    ['with exp null', { exp: null }],
  ]),
  ...refused(minting, 'A-44', [
    ['not valid before an hour from now', { nbf: minting.now + HOUR_S }],
    ['with nbf as a string', { nbf: '0' }],
    ['with nbf null', { nbf: null }],
  ]),
  ...refused(minting, 'A-45', [
    ['issued tomorrow', { iat: minting.now + 24 * HOUR_S }],
    ['with iat as a string', { iat: `${minting.now}` }],
  ]),
]

const STEP_S = 15

/** Within 30 s of leeway at whatever time of the pack's life they are used: one pair for every 15 s of it. */
const leeway = (minting: Minting): Vector[] => {
  const steps = Array.from({ length: VECTOR_LIFE_S / STEP_S }, (_, index) => index * STEP_S)
  return steps.flatMap((step): Vector[] => {
    const from = minting.now + step
    const ahead = { iat: from + 22, nbf: from + 22 }
    const during: [number, number] = [from, from + STEP_S]
    const common = { check: 'A-41', expect: 'private', during } as const
    return [
      { ...common, name: 'that expired seconds ago', token: stranger(minting, { exp: from - 5 }) },
      { ...common, name: 'from a clock some seconds ahead', token: stranger(minting, ahead) },
    ]
  })
}

/** Exactly one issuer, exactly one's own audience: PyJWT CVE-2024-53861, fast-jwt CVE-2025-30144. */
export const partyVectors = (minting: Minting): Vector[] => {
  const { issuer: iss, audience: aud } = minting
  const other = 'https://other.example'
  return [
    ...(iss === undefined
      ? []
      : refused(minting, 'A-46', [
          ['without iss', { iss: undefined }],
          ['of an issuer whose name only begins like the right one', { iss: `${iss}.vrf.example` }],
          ['with a list of issuers', { iss: [iss] }],
          ['of an issuer in capitals', { iss: iss.toUpperCase() }],
          ['of an issuer with a slash at the end', { iss: `${iss}/` }],
          ['with iss null', { iss: null }],
          ['with an empty iss', { iss: '' }],
          ['of an issuer whose name is a part of the right one', { iss: iss.slice(0, -1) }],
          ['of an issuer with blanks around it', { iss: ` ${iss} ` }],
        ])),
    ...(aud === undefined
      ? []
      : [
          ...refused(minting, 'A-47', [
            // What else a token may name a client by is no audience.
            ['without aud', { aud: undefined, azp: aud, client_id: aud }],
            ...(iss === undefined || iss === aud
              ? []
              : ([['for its issuer', { aud: iss }]] as Row[])),
            ['for several audiences in one text', { aud: `${other} ${aud}` }],
            ['for an audience whose name only begins like ours', { aud: `${aud}.vrf.example` }],
            ['for our audience in capitals', { aud: aud.toUpperCase() }],
            ['for our audience with a slash at the end', { aud: `${aud}/` }],
            ['with aud null', { aud: null }],
            ['with an empty list for aud', { aud: [] }],
            ['with our audience in a list within the list', { aud: [[aud]] }],
          ]),
          {
            check: 'A-47',
            name: 'for another audience and ours',
            token: stranger(minting, { aud: [other, aud] }),
            expect: 'private' as const,
          },
        ]),
  ]
}

/** RFC 7519 §4.1.2: `sub` is case-sensitive; two subjects are one only when they are equal byte for byte. */
export const subjectVectors = (minting: Minting): Vector[] => {
  const { a } = minting.subjects
  const somebody = (check: string, name: string, sub: string, changes: object = {}): Vector => ({
    check,
    name,
    token: issue(minting, claimsFor(minting, sub, changes)),
    expect: 'private',
  })
  const long = newSubject('c').padEnd(255, 'c')
  return [
    ...refused(minting, 'A-48', [
      // Nor is anything else that a token may name somebody by.
      ['without sub', { sub: undefined, email: a, user_id: a, id: a, username: a }],
      ['with an empty sub', { sub: '' }],
      ['with a number for a sub', { sub: 7 }],
      ['with a list for a sub', { sub: [a] }],
      ['with sub null', { sub: null }],
      ['with a control character at the end of the sub', { sub: `${a}\0` }],
      ['with DEL at the end of the sub', { sub: `${a}\u007f` }],
      ['with NEL at the end of the sub', { sub: `${a}\u0085` }],
      ['with a sub of 256 characters', { sub: `${long}c` }],
    ]),
    somebody('A-48', 'with the sub of another user in capitals', a.toUpperCase()),
    { ...somebody('A-48', 'with the sub of another user and a space', `${a} `), expect: 'either' },
    twice(minting),
    {
      check: 'A-51',
      name: 'with a sub of 255 characters, old and good for years, that claims to be an administrator and user A',
      token: issue(minting, claimsFor(minting, long, { ...powersOver(a), ...longAgo(minting) }), {
        typ: 'at+jwt',
      }),
      expect: 'private',
    },
  ]
}

/** Times that are unusual, not wrong. */
const longAgo = ({ now }: Minting): object => ({
  iat: now - 30 * 24 * HOUR_S,
  exp: now + 3650 * 24 * HOUR_S + 0.5,
})

/** RFC 7519 §4: a name that occurs twice is refused, or the last one counts; the first never does. */
const twice = (minting: Minting): Vector => {
  const last = JSON.stringify(claimsFor(minting, newSubject('c')))
  return {
    check: 'A-50',
    name: 'that names two subjects, the last one unheard of',
    token: issue(minting, `{"sub":${JSON.stringify(minting.subjects.a)},${last.slice(1)}`),
    expect: 'either',
  }
}
