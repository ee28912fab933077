import type { Check } from '../check.ts'
import { bodies } from './input-bodies.ts'
import { headers } from './input-headers.ts'
import { limits } from './input-limits.ts'
import { queries } from './input-queries.ts'
import { sizes } from './input-sizes.ts'
import { values } from './input-values.ts'

const all = [...bodies, ...sizes, ...values, ...limits, ...queries, ...headers]

/** What comes in is judged exactly: neither bent until it fits nor refused without need. By id, as reports show it. */
export const input: readonly Check[] = all.toSorted((one, two) => one.id.localeCompare(two.id))
