import { crc32 } from 'node:zlib'
import type { Owner } from '../../../../domain/owner.ts'
import { actingAsCreator, tokenOf } from '../../operators/credentials.ts'
import { caching, refusing, replacingOwnerOf } from '../../operators/identity.ts'
import { mergingOwners } from '../../operators/store.ts'
import { decodeToken } from '../../operators/token.ts'
import { isWrite } from '../../operators/where.ts'
import { mutants } from '../mutant.ts'

/** Takes all subjects for one owner that this makes equal. */
const folding = (fold: (subject: string) => string) =>
  replacingOwnerOf((real) => async (token) => fold(await real.ownerOf(token)) as Owner)

const foldings = (all: Readonly<Record<string, (subject: string) => string>>) =>
  Object.fromEntries(Object.entries(all).map(([does, fold]) => [does, folding(fold)]))

/** Two subjects that a framework takes for one, or that a store does, while each is still told its own. */
export const nearOwnerMutants = [
  ...mutants('critical', ['I-37'], {
    'knows owners without regard to case': folding((subject) => subject.toLowerCase()),
    'trims the names of owners': folding((subject) => subject.trim()),
    'composes the names of owners': folding((subject) => subject.normalize('NFC')),
    'folds wide letters in the names of owners': folding((subject) =>
      subject.replaceAll(/[\u{ff01}-\u{ff5e}]/gu, (wide) => wide.normalize('NFKC')),
    ),
    'takes ß in the name of an owner for ss': folding((subject) => subject.replaceAll('ß', 'ss')),
    'takes a Turkish ı in the name of an owner for i': folding((subject) =>
      subject.replaceAll('ı', 'i'),
    ),
    'drops what has no width from the names of owners': folding((subject) =>
      subject.replaceAll(/\p{Cf}/gu, ''),
    ),
    'drops accents from the names of owners': folding((subject) =>
      subject.normalize('NFD').replaceAll(/\p{M}/gu, ''),
    ),
    'drops soft hyphens from the names of owners': folding((subject) =>
      subject.replaceAll('\u00ad', ''),
    ),
    'leaves out what a plus adds to the address of an owner': folding((subject) =>
      subject.replace(/\+[^@]*@/, '@'),
    ),
    'takes a slash off the names of owners': folding((subject) => subject.replace(/\/$/, '')),
    'keeps of the name of an owner what follows a colon': folding(
      (subject) => subject.split(':').at(-1) ?? subject,
    ),
    'keeps of the name of an owner what follows a slash': folding(
      (subject) => subject.split('/').findLast((part) => part !== '') ?? subject,
    ),
    'writes one sign for all in the names of owners': folding((subject) =>
      subject.replaceAll(/[^a-z0-9]+/gi, '-'),
    ),
    'keeps 254 code points of the name of an owner': folding((subject) =>
      [...subject].slice(0, 254).join(''),
    ),
    'takes all emoji in the names of owners for one': folding((subject) =>
      subject.replaceAll(/[\u{10000}-\u{10ffff}]/gu, '\ufffd'),
    ),
    'serves nobody whose name is not ASCII': refusing(({ payload: { sub } }) =>
      /[^\x20-\x7e]/.test(String(sub)),
    ),
    'counts the names of owners in bytes': refusing(
      ({ payload: { sub } }) => Buffer.byteLength(String(sub)) > 255,
    ),
    'keeps 128 characters of the name of an owner': folding((subject) => subject.slice(0, 128)),
    'keeps 254 characters of the name of an owner': folding((subject) => subject.slice(0, 254)),
    ...foldings({
      'drops quotes from the names of owners': (sub) => sub.replaceAll(/['"]/g, ''),
      'drops backslashes from the names of owners': (sub) => sub.replaceAll('\\', ''),
      'takes an underscore in the name of an owner for a hyphen': (sub) => sub.replaceAll('_', '-'),
      'drops variations and marks of direction from the names of owners': (sub) =>
        sub.replaceAll(/[\ufe00-\ufe0f\u200e\u200f]/g, ''),
      'keeps of the name of an owner what precedes a #': (sub) => sub.replace(/#.*/s, ''),
      'keeps of the name of an owner what precedes a comma': (sub) => sub.replace(/,.*/s, ''),
      'keeps of the name of an owner what follows its last ?': (sub) => sub.replace(/.*\?/s, ''),
      'decodes entities in the names of owners': (sub) => sub.replaceAll('&amp;', '&'),
      'drops the dots before an @ in the names of owners': (sub) =>
        sub.replace(/^[^@]*@/, (local) => local.replaceAll('.', '')),
      'drops what stands in braces from the names of owners': (sub) =>
        sub.replaceAll(/{[^}]*}/g, ''),
      'folds what is not ASCII in the names of owners': (sub) =>
        sub.replaceAll(/[^\x20-\x7e]/g, (sign) => sign.toLowerCase().toUpperCase()),
      'knows owners by the sum of their letters': (sub) =>
        `${sub.length} ${[...sub].reduce((sum, sign) => sum + (sign.codePointAt(0) ?? 0), 0)}`,
      'knows owners by a checksum': (sub) => `${crc32(sub)}`,
      'knows owners by a hash for tables': (sub) =>
        `${[...sub].reduce((hash, sign) => (Math.imul(hash, 31) + sign.charCodeAt(0)) | 0, 7)}`,
    }),
    'decodes the names of owners': folding((subject) => {
      try {
        return decodeURIComponent(subject)
      } catch {
        return subject
      }
    }),
    'takes owners for numbers where they look like them': folding((subject) =>
      /^[+\d.e]+$/.test(subject) ? String(Number(subject)) : subject,
    ),
    'knows UUIDs for owners without regard to form': folding((subject) =>
      /^\{?[\da-f-]{32,36}\}?$/i.test(subject)
        ? subject.replaceAll(/[{}-]/g, '').toLowerCase()
        : subject,
    ),
  }),
  ...mutants('critical', ['I-37'], {
    'keeps 64 characters of a sub': mergingOwners((sub) => sub.slice(0, 64)),
    'ignores case in subs when it looks tasks up': mergingOwners((sub) => sub.toUpperCase()),
    'ignores blanks behind a sub': mergingOwners((sub) => sub.replace(/ +$/, '')),
    'takes blanks within a sub for one': mergingOwners((sub) => sub.replaceAll(/ +/g, ' ')),
    'leaves the provider out of a sub': mergingOwners((sub) => sub.replace(/^[^|]*\|/, '')),
    'replaces what has no place in three bytes of UTF-8': mergingOwners((sub) =>
      sub.replaceAll(/[\u{10000}-\u{10ffff}]/gu, '?'),
    ),
  }),
  ...mutants('critical', ['A', 'I'], {
    'lets administrators write wherever there is something': actingAsCreator(
      (request) => isWrite(request) && tokenOf(request).payload.role === 'admin',
    ),
    'takes the organisation of a token for its owner': replacingOwnerOf((real) => async (token) => {
      const owner = await real.ownerOf(token)
      const { org_id } = decodeToken(token).payload
      return (org_id as Owner | undefined) ?? owner
    }),
    'takes a token for the one that has its jti': caching(
      ({ payload, raw }) => `${payload.jti ?? raw}`,
    ),
  }),
]
