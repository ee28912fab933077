import { VECTOR_LIFE_S, type Vector } from '../vector-pack.ts'
import type { Minting } from './minting.ts'
import { literally, type Row, refused, stranger } from './rows.ts'

const HOUR_S = 3600

/** RFC 7519 §4.1.4 to §4.1.6. Each time is a number, in whatever spelling of JSON. */
export const timeVectors = (minting: Minting): Vector[] => [
  ...leeway(minting),
  ...ending(minting),
  ...refused(minting, 'A-40', expired(minting)),
  ...refused(minting, 'A-42', noTimes),
  ...refused(minting, 'A-43', [
    ['without exp', { exp: undefined }],
    ['with exp null', { exp: null }],
    [
      'that says by other names when it expires',
      { exp: undefined, ...otherExpiries(minting.now + HOUR_S) },
    ],
  ]),
  ...refused(minting, 'A-44', early(minting, 'nbf')),
  ...refused(minting, 'A-45', early(minting, 'iat')),
]

const otherExpiries = (at: number) => ({
  expires: at,
  expires_at: at,
  expiresIn: HOUR_S,
  expiry: at,
})

const expired = ({ now }: Minting): Row[] => [
  ['that expired two minutes ago', { exp: now - 120 }, 'token_expired'],
  ['that expired a good minute ago', { exp: now - 65 }, 'token_expired'],
  ['that expired a fraction of a second after another', { exp: now - 120.5 }, 'token_expired'],
  ['whose exp has an exponent', { exp: literally('1.6e9') }, 'token_expired'],
  ['that expired before 2001', { exp: 999_999_999 }, 'token_expired'],
  [
    'that expired and says otherwise by other names',
    { exp: now - 120, ...otherExpiries(now + HOUR_S) },
    'token_expired',
  ],
  [
    'whose exp has a zero behind its point',
    { exp: literally(`${now - 120}.0`) },
    'token_expired',
    'rare',
  ],
  ['whose exp has an exponent in capitals', { exp: literally('16E+8') }, 'token_expired', 'rare'],
]

/** Falsy or not a number: hono CVE-2026-44459. JSON.parse reads 1e400 as Infinity. */
const noTimes: Row[] = [
  ['with exp 0', { exp: 0 }, 'token_expired'],
  ['with a negative exp', { exp: -1 }, 'token_expired'],
  ['with exp as a string', { exp: '9999999999' }],
  ['with exp 1e400', { exp: literally('1e400') }],
  ['with exp true', { exp: true }],
  ['with a list for exp', { exp: [9_999_999_999] }, 'token_invalid', 'rare'],
  ['with an object for exp', { exp: { at: 9_999_999_999 } }, 'token_invalid', 'rare'],
  ['with an empty exp', { exp: '' }, 'token_invalid', 'rare'],
  ['with a date for exp', { exp: '2099-12-31T00:00:00Z' }, 'token_invalid', 'rare'],
]

/** Of a time that must not be in the future; the other of the two is there beside it and right, or is not there. */
const early = ({ now }: Minting, claim: 'nbf' | 'iat'): Row[] => {
  const [ahead, day] = [now + HOUR_S, now + 24 * HOUR_S]
  return [
    [`with ${claim} an hour from now`, { [claim]: ahead }],
    [`with ${claim} as a string`, { [claim]: `${now - 60}` }],
    [`with ${claim} null`, { [claim]: null }],
    [`with ${claim} tomorrow, beside a right one`, { iat: now - 60, nbf: now - 60, [claim]: day }],
    [`with ${claim} tomorrow alone`, { iat: undefined, nbf: undefined, [claim]: day }],
    [`with a fraction in an early ${claim}`, { [claim]: ahead + 0.5 }],
    [`with an exponent in an early ${claim}`, { [claim]: literally('4e9') }],
    [`with ${claim} in milliseconds`, { [claim]: now * 1000 }],
    [`with ${claim} true`, { [claim]: true }, 'token_invalid', 'rare'],
    [`with a list for ${claim}`, { [claim]: [now] }, 'token_invalid', 'rare'],
  ]
}

const [LEEWAY_S, SOON_S] = [30, 120]

/** Each good for some seconds more, leeway included: for each second soon after they were made one that ends then. */
const ending = (minting: Minting): Vector[] =>
  Array.from({ length: SOON_S }, (_, index): Vector => {
    const until = minting.now + 1 + index
    return {
      ...{ check: 'D-54', name: 'whose time is nearly over', expect: 'private' },
      token: stranger(minting, { exp: until - LEEWAY_S }),
      during: [minting.now, until],
    }
  })

const STEP_S = 15

/** Within 30 s of leeway at whatever time of the pack's life they are used: one pair for every 15 s of it. */
const leeway = (minting: Minting): Vector[] => {
  const steps = Array.from({ length: VECTOR_LIFE_S / STEP_S }, (_, index) => index * STEP_S)
  return steps.flatMap((step): Vector[] => {
    const from = minting.now + step
    // Whose name user A's begins with.
    const ahead = { iat: from + 22, nbf: from + 22, sub: minting.subjects.a.slice(0, -2) }
    const during: [number, number] = [from, from + STEP_S]
    const common = { check: 'A-41', expect: 'private', during } as const
    return [
      { ...common, name: 'that expired seconds ago', token: stranger(minting, { exp: from - 5 }) },
      { ...common, name: 'from a clock some seconds ahead', token: stranger(minting, ahead) },
    ]
  })
}
