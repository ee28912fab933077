import type { Owner } from '../../../../domain/owner.ts'
import { refusing, replacingOwnerOf } from '../../operators/identity.ts'
import { mergingOwners } from '../../operators/store.ts'
import { mutants } from '../mutant.ts'

/** Takes all subjects for one owner that this makes equal. */
const folding = (fold: (subject: string) => string) =>
  replacingOwnerOf((real) => async (token) => fold(await real.ownerOf(token)) as Owner)

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
]
