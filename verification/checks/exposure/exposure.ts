import type { Check } from '../../engine/check.ts'
import { boasts } from './boasts.ts'
import { documentation } from './docs.ts'
import { documents } from './documents.ts'
import { echoes } from './echoes.ts'
import { hygiene } from './hygiene.ts'
import { methodChecks } from './methods.ts'
import { oddForms } from './odd-forms.ts'

/** What the service shows of itself to strangers. Some 55 requests. */
export const exposure: readonly Check[] = [
  ...documentation,
  ...documents,
  ...hygiene,
  ...boasts,
  ...methodChecks,
  ...echoes,
  ...oddForms,
]
