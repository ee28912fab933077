import type { Check } from '../../engine/check.ts'
import { allowedOrigins } from './allowed.ts'
import { deniedOrigins } from './denied.ts'
import { frontend } from './frontend.ts'
import { mixedOrigins } from './mixed.ts'
import { everyStatus } from './statuses.ts'

/**
 * Which pages may speak to the service. Some 70 requests for two origins, one more for each other, and
 * `Vary` on top of it is judged over every answer of the run (G-05, G-11).
 */
export const cors: readonly Check[] = [
  ...allowedOrigins,
  ...deniedOrigins,
  ...mixedOrigins,
  ...everyStatus,
  frontend,
]
