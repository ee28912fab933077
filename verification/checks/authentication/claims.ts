import type { ActiveCheck, Check } from '../../engine/check.ts'
import type { Cell } from '../../engine/matrix.ts'
import { everywhere, nearlyEverywhere, somewhere } from './refuse-all.ts'
import { listRoutes, tryVectors } from './send-tokens.ts'
import { about } from './session.ts'

type Row = [
  id: string,
  promise: string,
  severity: Check['severity'],
  fix: string,
  /** why there may be no such token */
  absent?: string,
]

const oneAlgorithm = 'allow the algorithms of the contract by name, not by family'
const times = 'require a finite number, in seconds, and compare it with the clock within 30 s'
const parties = 'compare whole strings for equality'
const subject = 'require a non-empty string and compare it byte for byte'
const header = 'refuse crit and b64 false whatever the library makes of them'
const claims = 'require a JSON object after the signature was verified'

/** What a token must say, to be asked on every operation. */
const rows: readonly Row[] = [
  ['A-37', 'takes no other algorithm, even from whoever holds the key', 'high', oneAlgorithm],
  ['A-40', 'refuses expired tokens', 'critical', times],
  ['A-42', 'refuses an expiry that is no time', 'critical', times],
  ['A-44', 'refuses tokens that are not valid yet', 'high', times],
  ['A-45', 'refuses tokens from the future', 'low', times],
  [
    'A-46',
    'takes tokens of its own issuer only',
    'high',
    parties,
    'AUTH_ISSUER was not given where the tokens were made',
  ],
  [
    'A-47',
    'takes tokens that are meant for it only',
    'high',
    parties,
    'AUTH_AUDIENCE was not given where the tokens were made',
  ],
  ['A-48', 'serves a subject that is a name, and no other by that name', 'critical', subject],
]

/** The same on every second one, which they share: whoever forgets it on one operation forgets more there. */
const sparseRows: readonly Row[] = [
  ['A-43', 'refuses tokens that never expire', 'high', times],
  ['A-67', 'refuses whatever a header calls critical', 'high', header],
]

/** Ways to get past that. */
const deepRows: readonly Row[] = [
  [
    'A-38',
    'takes no public key for a secret',
    'critical',
    oneAlgorithm,
    'the key of the target is a secret: nothing of it is public',
  ],
  [
    'A-89',
    'takes no signature of another text, or by what is made of its key otherwise',
    'critical',
    'sign header and payload as they are, with the key as it is',
  ],
  ['A-49', 'reads alg as the one string that it is', 'critical', oneAlgorithm],
  ['A-54', 'refuses claims that are no JSON object', 'critical', claims],
  ['A-55', 'refuses tokens longer than 8 KiB', 'medium', 'compare the length before decoding'],
  [
    'A-56',
    'chooses its key by the whole name of it',
    'high',
    'look keys up by kid for equality, and take none in place of one that is not there',
    'the key of the target is a secret: it has no name',
  ],
  ['A-68', 'refuses payloads that are not encoded', 'high', header],
  ['A-69', 'looks into no token inside a token', 'medium', claims],
]

/** What a token may say: taken, and shown by the list what it is taken for. */
const grants: readonly Row[] = [
  ['A-41', 'grants clocks that differ 30 s', 'medium', times],
  ['A-50', 'reads one person from a token', 'medium', 'refuse names that occur twice'],
  ['A-51', 'grants no power for a claim', 'high', 'derive ownership from sub alone'],
]

const halfOf = (cells: readonly Cell[], turn: number) =>
  cells.filter((_, index) => index % 2 === turn % 2)

const checkOf = (
  [id, promise, severity, fix, absent]: Row,
  cells: readonly Cell[],
): ActiveCheck => ({
  ...{ ...about, id, promise, severity, fix, needs: ['users', 'keys'], cells },
  run: (context) => tryVectors(context, id, cells, absent),
})

/** Tokens that only the holder of the key can make. */
export const claimChecks: readonly ActiveCheck[] = [
  ...rows.map((row) => checkOf(row, nearlyEverywhere(row[0]))),
  ...sparseRows.map((row, turn) => checkOf(row, halfOf(nearlyEverywhere(row[0]), turn))),
  ...deepRows.map((row) => checkOf(row, somewhere(row[0]))),
  ...grants.map((row) => checkOf(row, everywhere(row[0], listRoutes))),
]
