import { type ActiveCheck, type Check, checksOf } from '../../engine/check.ts'
import type { CheckContext } from '../../engine/check-context.ts'
import type { Cell } from '../../engine/matrix.ts'
import { partsOf } from '../../tokens/forgeries/parts.ts'
import { isGuessable } from '../../tokens/forgeries/signature.ts'
import { nearlyEverywhere, somewhere } from './refuse-all.ts'
import { refuseForged } from './send-tokens.ts'
import { aboutUsers, fixture } from './session.ts'

type Row = [id: string, promise: string, severity: Check['severity'], fix: string]

const shape = 'take three non-empty parts that encode back to themselves, and nothing else'
const verify = 'verify the signature over the parts as they were sent before reading any of them'
const oneAlgorithm =
  'name the allowed algorithms in the configuration and never take one from a token'
const ownKeys =
  'take keys from the configuration only: of the header no more than kid, as an exact name'
const secrets = 'make a secret of 32 random bytes or more, and refuse to start without one'
const bounded = 'refuse by length and shape before any work is done'

/** What makes a token a token, to be asked on every operation. */
const rows: readonly Row[] = [
  ['A-20', 'refuses tokens with a part too few', 'critical', shape],
  ['A-22', 'refuses characters and spellings that are no base64url', 'medium', shape],
  ['A-32', 'asks a token for no algorithm, whatever signature it bears', 'critical', oneAlgorithm],
  ['A-33', 'refuses unsigned tokens, however they say so', 'critical', oneAlgorithm],
]

/** Ways to get past that. */
const deepRows: readonly Row[] = [
  ['A-31', 'refuses a token that was made out to somebody else afterwards', 'critical', verify],
  ['A-21', 'knows one format of tokens only, of three parts', 'high', shape],
  ['A-23', 'refuses headers that are no JSON object', 'high', verify],
  ['A-34', 'refuses half a signature, and more than one', 'critical', verify],
  ['A-35', 'refuses a signature of zeros', 'high', oneAlgorithm],
  ['A-39', 'refuses a signature that belongs to another token', 'critical', verify],
  ['A-60', 'reads no key from a path that a token names', 'critical', ownKeys],
  ['A-61', 'looks up no key by SQL that a token brings', 'critical', ownKeys],
  ['A-63', 'knows no key by a name that it was not given', 'critical', ownKeys],
  ['A-64', 'trusts no key that a token brings', 'critical', ownKeys],
  ['A-65', 'fetches no keys from where a token says', 'critical', ownKeys],
  ['A-66', 'trusts no certificate that a token brings', 'critical', ownKeys],
  ['A-70', 'decrypts nothing', 'high', bounded],
  ['A-71', 'refuses a token that is hard to parse', 'medium', bounded],
  ['A-72', 'looks for a token in one step', 'medium', bounded],
]

const checkOf = ([id, promise, severity, fix]: Row, cells: readonly Cell[]): ActiveCheck => ({
  ...{ ...aboutUsers, id, promise, severity, fix, cells },
  run: (context: CheckContext) => refuseForged(context, id, cells),
})

/** Tokens that anybody can make. */
export const forgedChecks: readonly ActiveCheck[] = [
  ...rows.map((row) => checkOf(row, nearlyEverywhere(row[0]))),
  ...deepRows.map((row) => checkOf(row, somewhere(row[0]))),
  ...checksOf(aboutUsers, {
    'A-36': {
      promise: 'has a secret that nobody guesses',
      severity: 'critical',
      requirements: ['US2', 'EC-2', 'SC-002'],
      fix: secrets,
      cells: somewhere('A-36'),
      run: async (context) => {
        const { users } = await fixture(context)
        // RFC 7518 §3.2. Found here, without asking: one guess is as good as a thousand requests.
        for (const { name, token } of [users.a, users.b])
          if (isGuessable(partsOf(token)))
            context.findings.push({
              verdict: 'FAIL',
              expected: 'a secret that is on no list',
              observed: `the token of user ${name} is signed with one that everybody tries first`,
            })
        await refuseForged(context, 'A-36', somewhere('A-36'))
      },
    },
  }),
]
