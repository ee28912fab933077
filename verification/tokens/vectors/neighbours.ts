import { randomBytes, randomUUID } from 'node:crypto'
import type { Neighbourhood } from '../vector-pack.ts'
import { claimsFor, issue, type Minting, newSubject } from './minting.ts'

const SUBJECT_MAX = 255

type Others = Readonly<Record<string, (subject: string) => string>>

/**
 * As long as may be, and full of what some store or framework takes for something else: MySQL's `utf8` puts a ? in
 * place of what takes four bytes, or ends there. Its length is one of code points: in UTF-16 it is one more.
 */
const text = (): string => {
  const odd = 'Sass fi cafe\u0301 k a%2Fb \u200b \u{1f600} so\u00adft a+b@vrf.example '
  const begin = `idp|${newSubject('n')}  ${odd}`
  return begin + 'n'.repeat(SUBJECT_MAX - [...begin].length)
}

const ofText: Others = {
  'in capitals': (subject) => subject.replaceAll(/[a-z]/g, (letter) => letter.toUpperCase()),
  'composed by NFC': (subject) => subject.normalize('NFC'),
  'without its accent': (subject) => subject.replace('\u0301', ''),
  'with a wide letter': (subject) => subject.replace('S', '\uff33'),
  'with a ligature': (subject) => subject.replace('fi', '\ufb01'),
  'with ß for ss': (subject) => subject.replace('ss', 'ß'),
  'with a Turkish ı': (subject) => subject.replace('fi', 'fı'),
  'without what has no width': (subject) => subject.replace('\u200b', ''),
  'without its soft hyphen': (subject) => subject.replace('\u00ad', ''),
  'without what a plus adds to an address': (subject) => subject.replace('+b@', '@'),
  'decoded from percents': (subject) => subject.replace('%2F', '/'),
  'with one blank for two': (subject) => subject.replace('  ', ' '),
  'with a no-break space': (subject) => subject.replace(' k', '\u00a0k'),
  'without its provider': (subject) => subject.replace('idp|', ''),
  // Which is the same to whoever drops it, replaces it, cuts there, or weighs it by its first half.
  'with another emoji': (subject) => subject.replace('\u{1f600}', '\u{1f601}'),
  'with a % for a part of it': (subject) => subject.replace(/[0-9a-f]{8}/, '%'),
  'with a _ for a letter of it': (subject) => subject.replace(/[0-9a-f](?= )/, '_'),
  // Which is the same to whoever cuts names or looks for their beginning.
  'without its last letter': (subject) => subject.slice(0, -1),
}

/** More digits than a number in JavaScript or an IEEE double holds, fewer than 64 bits do; odd, so that rounding shows. */
const number = (): string => {
  const digits = randomBytes(8).readBigUInt64BE() % 10n ** 17n
  return `9${digits.toString().padStart(17, '0').slice(0, -1)}1`
}

const ofNumber: Others = {
  'one less': (subject) => `${BigInt(subject) - 1n}`,
  'with a blank after it': (subject) => `${subject} `,
  'with %00 after it': (subject) => `${subject}%00`,
  'with zeros before it': (subject) => `00${subject}`,
  'with a sign': (subject) => `+${subject}`,
  'as a decimal with an exponent': (subject) => `${subject}.0e0`,
}

/** What is put between an owner and a key by whoever keeps both in one text; nothing at all is the first. */
const separators = ['', ':', '|', '/', '.', '-', '_']
/** With each of them somewhere, so that an owner with what comes before it and a key of what comes after make the same text. */
const KEY_BEGINNING = 'v:r|f/k.e-y_'
const beginnings = separators.map((separator) => {
  const end = separator === '' ? 1 : KEY_BEGINNING.indexOf(separator)
  return { taken: KEY_BEGINNING.slice(0, end), separator }
})

/** The keys by which two owners are taken for one where the name of the other has the beginning of a key at its end. */
export const nearKeys = (own: string, other: string, key: string): [string, string] => {
  const whole = `${KEY_BEGINNING}${key}`
  const near = beginnings.find(({ separator, taken }) => other === own + separator + taken)
  return [whole, near ? whole.slice((near.taken + near.separator).length) : whole]
}

const ofUuid: Others = {
  ...Object.fromEntries(
    beginnings.map(({ separator, taken }) => [
      `with ${separator || 'nothing'} and the beginning of a key`,
      (subject: string) => subject + separator + taken,
    ]),
  ),
  'with a colon inside': (subject) => subject.replace('-', '-:'),
  'of another provider': (subject) => `idp:${subject}`,
  'with a slash after it': (subject) => `${subject}/`,
  'of another realm': (subject) => `idp/${subject}`,
  'with dots for hyphens': (subject) => subject.replaceAll('-', '.'),
  'without hyphens': (subject) => subject.replaceAll('-', ''),
  'in braces': (subject) => `{${subject}}`,
}

/** RFC 7519 §4.1.2: subjects are compared byte for byte. */
export const neighbourhoodsOf = (minting: Minting): Neighbourhood[] => {
  const tokenOf = (subject: string) => issue(minting, claimsFor(minting, subject))
  const around = (kind: string, subject: string, others: Others): Neighbourhood => ({
    token: tokenOf(subject),
    others: Object.entries(others).map(([name, change]) => ({
      name: `${kind} ${name}`,
      token: tokenOf(change(subject)),
    })),
  })
  return [
    around('a text', text(), ofText),
    around('a number', number(), ofNumber),
    around('a UUID', randomUUID(), ofUuid),
  ]
}
