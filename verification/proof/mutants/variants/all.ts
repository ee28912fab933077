import { answerVariants } from './answers.ts'
import { delayVariants } from './delays.ts'
import { documentVariants } from './documents.ts'
import { edgeVariants } from './edges.ts'
import { openVariants } from './open.ts'
import { problemVariants } from './problems.ts'
import { proxyVariants } from './proxies.ts'
import { representationVariants } from './representations.ts'
import { spellingVariants } from './spellings.ts'
import { tieVariants } from './ties.ts'
import { tokenVariants } from './tokens.ts'

/** What a server may do and still keep the contract. */
export const variants = [
  ...edgeVariants,
  ...proxyVariants,
  ...representationVariants,
  ...delayVariants,
  ...answerVariants,
  ...openVariants,
  ...problemVariants,
  ...documentVariants,
  ...spellingVariants,
  ...tieVariants,
  ...tokenVariants,
]
