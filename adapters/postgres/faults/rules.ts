import { badInputRules } from './rules/bad-input.ts'
import { loginRules } from './rules/logins.ts'
import { lostConnectionRules } from './rules/lost-connections.ts'
import { lostResultRules } from './rules/lost-results.ts'
import { neonRules } from './rules/neon.ts'
import { outageRules } from './rules/outages.ts'
import { poolerRules } from './rules/poolers.ts'
import { queueRules } from './rules/queue.ts'
import type { Rule } from './rules/rule.ts'
import { transactionRules } from './rules/transactions.ts'

export type { Rule } from './rules/rule.ts'

export const rules: readonly Rule[] = [
  ...transactionRules,
  ...loginRules,
  ...lostConnectionRules,
  ...queueRules,
  ...lostResultRules,
  ...outageRules,
  ...poolerRules,
  ...neonRules,
  ...badInputRules,
]
