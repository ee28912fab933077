import type { CheckContext } from '../engine/check-context.ts'
import type { HttpRequest } from '../engine/http/exchange.ts'
import type { Route } from '../engine/matrix.ts'
import { statusCell } from './provocations.ts'

/** An allowed origin; the list is used in turn, so that all of them have their share. */
export const allowedOrigin = ({ settings: { origins } }: CheckContext, turn = 0): string =>
  origins[turn % origins.length] ?? ''

export const from = (origin: string, request: HttpRequest): HttpRequest => ({
  ...request,
  headers: [['Origin', origin], ...(request.headers ?? [])],
})

/** As a page of an allowed origin sends it, with a name that the answer has to repeat. */
export const asPage = (context: CheckContext, request: HttpRequest, turn = 0): HttpRequest => {
  const named = [['X-Request-Id', `page.${context.runId}_${turn}`] as const]
  const headers = [...named, ...(request.headers ?? [])]
  return from(allowedOrigin(context, turn), { ...request, headers })
}

/**
 * Every second one as a page, with what pages are told about an answer of this status: a rule that holds for programs is
 * tried for pages too, and what pages may read costs no request of its own.
 */
export const inTurn = (
  context: CheckContext,
  request: HttpRequest,
  route: Route,
  status: number,
  turn: number,
): HttpRequest =>
  turn % 2 === 0
    ? {
        ...asPage(context, request, turn),
        covers: [...(request.covers ?? []), statusCell(route, status)],
      }
    : request
