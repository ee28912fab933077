import type { Vector } from '../vector-pack.ts'
import { claimsFor, issue, type Minting, newSubject } from './minting.ts'
import { powersOver } from './powers.ts'
import { type Row, refused, stranger } from './rows.ts'

const HOUR_S = 3600

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
      ['with an object for a sub', { sub: { sub: a } }],
      ['with sub true', { sub: true }],
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
  // More than 32 bits hold.
  exp: 5_000_000_000.5,
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
