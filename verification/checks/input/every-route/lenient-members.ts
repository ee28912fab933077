import { checksOf } from '../../../engine/check.ts'
import type { CheckContext } from '../../../engine/check-context.ts'
import type { Route } from '../../../engine/matrix.ts'
import { common } from '../expectations.ts'
import { expectEachRefused, spoiltCells } from './spoilt.ts'
import { membersIn, spoiltJson, spoiltText } from './spoilt-values.ts'
import { addressOf, bodyRoutes, expectUntouched, written } from './written.ts'

const membersOf = ({ operation }: Route) => membersIn(operation.body?.schema)

/** The members of a route that can be spoilt in this way, with how. */
const spoiltMembers = (route: Route, spoil: typeof spoiltJson) =>
  new Map(
    membersOf(route)
      .map(([name, declared]) => [name, spoil(declared)] as const)
      .filter(([, values]) => values.length > 0),
  )

const cellsFor = (spoil: typeof spoiltJson) =>
  bodyRoutes.flatMap((route) => spoiltCells('body', route, spoiltMembers(route, spoil).keys()))

/** Sends each member of each body spoilt, beside members that are right, and looks for what came of it. */
const expectSpoiltRefused = async (context: CheckContext, spoil: typeof spoiltJson) => {
  await Promise.all(
    bodyRoutes.map(async (route) => {
      const address = await addressOf(context, route)
      await expectEachRefused(context, {
        values: spoiltMembers(route, spoil),
        request: (sent) => ({ ...address, json: { ...written(context), ...sent } }),
        covers: (names) => spoiltCells('body', route, names),
      })
    }),
  )
  await expectUntouched(context)
}

/** Every member of every body. */
export const lenientMembers = checksOf(common, {
  'V-45': {
    promise: 'reads no member for what somebody may have meant, and writes nothing of such a body',
    severity: 'high',
    cells: cellsFor(spoiltJson),
    fix: 'switch off coercion on every operation, and validate the whole body before anything is written',
    run: (context) => expectSpoiltRefused(context, spoiltJson),
  },
  'V-46': {
    promise: 'refuses text that is too long, too short or no text, in every member that takes text',
    severity: 'high',
    cells: cellsFor(spoiltText),
    fix: 'apply the limits of the title, the description and each tag on every operation that writes them',
    run: (context) => expectSpoiltRefused(context, spoiltText),
  },
})
