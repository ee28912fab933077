import type { CheckContext } from '../../../engine/check-context.ts'
import type { HttpRequest } from '../../../engine/http/exchange.ts'
import { type Cell, cellsOf, ownerRoutes, type Route } from '../../../engine/matrix.ts'
import { validRequest } from '../../../engine/valid-request.ts'
import { oncePerRun } from '../../once-per-run.ts'
import { neverIssued } from '../../tasks.ts'

export const KEY_MAX = 255

export const keyed = (
  request: HttpRequest,
  key: string,
  ...more: readonly (readonly [string, string])[]
): HttpRequest => ({ ...request, headers: [['Idempotency-Key', key], ...more] })

const takesKey = ({ operation }: Route) => operation.headers?.includes('Idempotency-Key') === true

export const TOO_LONG = 'k'.repeat(KEY_MAX + 1)
const BEYOND_ASCII = 'clé'

/** No key at all by the contract: 1 to 255 visible ASCII characters. */
const badKeys = {
  'no character': '',
  'a blank': 'vrf b',
  'a letter beyond ASCII': BEYOND_ASCII,
  'too many characters': TOO_LONG,
}
export const TOO_MANY = 'too many characters'
const EVERYWHERE = [TOO_MANY, 'a blank']

export const badlyKeyed = ownerRoutes.filter(takesKey).flatMap((route, turn) =>
  Object.entries(badKeys)
    // The others are tried by one route or the other.
    .filter(([name], index) => EVERYWHERE.includes(name) || index % 2 === turn % 2)
    .map(([name, key]) => ({ route, name, key })),
)

export const badKeyCell = ({ route, name }: { route: Route; name: string }): Cell => ({
  ...{ route, dimension: 'key' },
  value: `a key with ${name}`,
})

/** Values are judged before the task is looked for (contract §1): none is needed here. */
export const refusals = oncePerRun((context: CheckContext) =>
  Promise.all(
    badlyKeyed.map(async (it) => {
      const request = { ...validRequest(context, it.route, neverIssued()), as: 'A' } as const
      // What a header may hold is for the parser to say first.
      const beyond = it.key === BEYOND_ASCII && { parserMayRefuse: true }
      const covers = [badKeyCell(it)]
      const key = it.key.replace('vrf', context.canary())
      const exchange = await context.send({ ...keyed(request, key), ...beyond, covers })
      return { ...it, exchange }
    }),
  ),
)

export const unkeyed = ownerRoutes.filter((route) => !takesKey(route))
export const unkeyedCells = cellsOf('key', unkeyed, ['a key that has no say'])
