import type { Check } from '../../engine/check.ts'
import { documentation } from './docs.ts'
import { documents } from './documents.ts'
import { hygiene } from './hygiene.ts'

/** What the service shows of itself to strangers. Some 40 requests. */
export const exposure: readonly Check[] = [...documentation, ...documents, ...hygiene]
