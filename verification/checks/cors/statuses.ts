import type { PassiveCheck } from '../../engine/check.ts'
import { everyApplicationExchange } from '../every-answer/every-exchange.ts'
import { statusCells } from '../provocations.ts'
import { allowedOriginOf, grantFlaw } from './grants.ts'

/**
 * What pages are told on every operation by every method, whatever comes of it. Who asks for a success, a bad value or a
 * missing task does it now and then as a page of an allowed origin and says which cell that settles: nothing is sent for
 * this alone.
 */
export const everyStatus: readonly PassiveCheck[] = [
  everyApplicationExchange({
    id: 'C-04',
    promise: 'lets pages see every answer of every operation, refusals too',
    severity: 'high',
    requirements: ['FR-004'],
    record: 'ADR-0012',
    // A page that may not read a refusal cannot tell its user what is wrong, only that something is.
    fix: 'set the headers before anything can fail, not in the handler: error paths often lose them',
    cells: statusCells.filter(({ value }) => value !== '403'),
    expected: 'access for the allowed origin that asks, and what it may read',
    flaw: (exchange, { settings }) => {
      const isCell = exchange.request.covers?.some(({ dimension }) => dimension === 'header')
      const origin = isCell ? allowedOriginOf(exchange, settings.origins) : undefined
      return origin && grantFlaw(exchange, origin)
    },
  }),
]
