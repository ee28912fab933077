import type { Check } from '../check.ts'
import { documentation } from './exposure-docs.ts'
import { hygiene } from './exposure-hygiene.ts'

/** What the service shows of itself to strangers. Some 40 requests. */
export const exposure: readonly Check[] = [...documentation, ...hygiene]
