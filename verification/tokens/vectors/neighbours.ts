import { randomBytes, randomUUID } from 'node:crypto'
import type { Neighbourhood } from '../vector-pack.ts'
import { claimsFor, issue, type Minting, newSubject } from './minting.ts'
import { isRare, ofPairs, pairs } from './swaps.ts'

const SUBJECT_MAX = 255

/** What checksums take for the same, wherever it stands in a text. */
const collisions = {
  'hashCode of Java': ['Aa', 'BB'],
  djb2: ['Ab', 'BA'],
  'CRC-32': ['aaaaaaaa', 'jhmdlfne'],
} as const

/**
 * Full of what some store or framework takes for something else: MySQL's `utf8` puts a ? in place of what takes four
 * bytes, or ends there. The length of a subject is one of code points: in UTF-16 this is one more.
 */
const PECULIAR = [
  ...['Sass fi cafe\u0301', 'K', 'яøσ', 'a%2Fb', '&amp;', '<([{/*n{n}*/}])>', '\u{1f600}', '--'],
  ...Object.values(collisions).map(([one]) => one),
  'a+b@vrf.example',
].join(' ')

type Change = (subject: string) => string
type Others = Readonly<Record<string, Change>>

/** As long as may be: what falls off at the end of a longer one shows, in whatever unit it is counted. */
const text = (): string => {
  const begin = `idp|${newSubject('n')}  ${pairs.join('q')}q`
  const length = [...begin, ...PECULIAR].length
  return begin + 'n'.repeat(SUBJECT_MAX - length) + PECULIAR
}

const ofText: Others = {
  'in capitals': (subject) => subject.replaceAll(/[a-z]/g, (letter) => letter.toUpperCase()),
  'composed by NFC': (subject) => subject.normalize('NFC'),
  'without its accent': (subject) => subject.replace('\u0301', ''),
  'with a wide letter': (subject) => subject.replace('S', '\uff33'),
  'with a ligature': (subject) => subject.replace('fi', '\ufb01'),
  'with ß for ss': (subject) => subject.replace('ss', 'ß'),
  'with a Turkish ı': (subject) => subject.replace('fi', 'fı'),
  'with the sign of the kelvin for a K': (subject) => subject.replace('K', '\u212a'),
  'in capitals beyond ASCII': (subject) => subject.replace('яøσ', 'ЯØΣ'),
  'without what a plus adds to an address': (subject) => subject.replace('+b@', '@'),
  'decoded from percents': (subject) => subject.replace('%2F', '/'),
  'decoded from entities': (subject) => subject.replace('&amp;', '&'),
  'with one blank for two': (subject) => subject.replace('  ', ' '),
  'with something else in brackets': (subject) => subject.replace('{n}', '{m}'),
  // Which is the same to whoever drops it, replaces it, cuts there, or weighs it by its first half.
  'with another emoji': (subject) => subject.replace('\u{1f600}', '\u{1f601}'),
  'with a % for a part of it': (subject) => subject.replace(/[0-9a-f]{8}/, '%'),
  'with a _ for a letter of it': (subject) => subject.replace(/[0-9a-f](?= )/, '_'),
  // Which is the same to whoever cuts names, behind so many letters or at any separator, or looks for their beginning.
  'without its last letter': (subject) => subject.slice(0, -1),
  // Which is the same to whoever takes what follows a separator, or the end.
  'with another first letter': (subject) => `j${subject.slice(1)}`,
  'with another letter in the middle': (subject) => subject.replace('nn', 'nm'),
  ...Object.fromEntries(
    Object.entries(collisions).map(([hash, [one, other]]) => [
      `of the same ${hash}`,
      (subject: string) => subject.replace(one, other),
    ]),
  ),
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
/**
 * With each of them somewhere, so that an owner with what comes before it and a key of what comes after make the same text;
 * and first the operation, which some put between the two.
 */
const KEY_BEGINNING = 'complete:r|f/k.e-y_'
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
  'of another provider': (subject) => `idp:${subject}`,
  'with a slash after it': (subject) => `${subject}/`,
  'in capitals': (subject) => subject.toUpperCase(),
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
      ...(isRare(name) && { rare: true }),
    })),
  })
  return [
    around('a text', text(), { ...ofText, ...ofPairs }),
    around('a number', number(), ofNumber),
    around('a UUID', randomUUID(), ofUuid),
  ]
}
