import { checksOf } from '../../../engine/check.ts'
import type { CheckContext } from '../../../engine/check-context.ts'
import type { Route } from '../../../engine/matrix.ts'
import { refusing } from '../../own-task.ts'
import { common } from '../expectations.ts'
import { expectRefusals, type Refusal, refuseEach, spoiltCells } from './spoilt.ts'
import { membersIn, shareOf, spoiltJson, spoiltText } from './spoilt-values.ts'
import { addressOf, bodyRoutes, expectUntouched, written } from './written.ts'

const membersOf = ({ operation }: Route) => membersIn(operation.body?.schema)

/** The members of a route that can be spoilt in this way, with how: what several routes take they share. */
const spoiltMembers = (route: Route, spoil: typeof spoiltJson) =>
  new Map(
    membersOf(route)
      .map(([name, declared]) => {
        const alike = bodyRoutes.filter((it) => membersOf(it).some(([other]) => other === name))
        return [name, shareOf(spoil(declared), alike.indexOf(route), alike.length)] as const
      })
      .filter(([, values]) => values.length > 0),
  )

const cellsFor = (spoil: typeof spoiltJson) =>
  bodyRoutes.flatMap((route) => spoiltCells('body', route, spoiltMembers(route, spoil).keys()))

/** Each member of each body spoilt in every way, beside members that are right. */
const refusals = refusing(async (context) => {
  const all = bodyRoutes.map(async (route) => {
    const address = await addressOf(context, route)
    const [text, json] = [spoiltMembers(route, spoiltText), spoiltMembers(route, spoiltJson)]
    const values = new Map(
      [...json].map(([name, values]) => [name, [...(text.get(name) ?? []), ...values]]),
    )
    return refuseEach(context, {
      ...{ route, values },
      request: (sent) => ({ ...address, json: { ...written(context, 'V-45'), ...sent } }),
      covers: (names) => spoiltCells('body', route, names),
    })
  })
  return (await Promise.all(all)).flat()
})

const isText = ({ name, value }: Refusal): boolean =>
  /^(title|description)$/.test(name)
    ? typeof value === 'string'
    : name === 'tags' && Array.isArray(value) && value.every((tag) => typeof tag === 'string')
const isNew = ({ route }: Refusal): boolean => route.id === 'createTask'
const says = ({ value }: Refusal, text: RegExp): boolean => text.test([value].flat().join(' '))

/** Which check tells of what: the first that fits. */
const tellers: Readonly<Record<string, (refusal: Refusal) => boolean>> = {
  'V-07': (it) => isText(it) && says(it, /\0/),
  'V-08': (it) => isText(it) && says(it, /\p{Surrogate}/u),
  'V-10': (it) => isText(it) && isNew(it) && it.name === 'title',
  'V-24': (it) => isText(it) && isNew(it),
  'V-46': isText,
  'V-25': (it) =>
    isNew(it) &&
    (it.name === 'due_date' || (it.name === 'priority' && it.value === 'urgent')) &&
    typeof it.value === 'string',
  'V-26': ({ value }) => value === null,
  'V-11': (it) => isNew(it) && ['string', 'number'].includes(typeof it.value),
  'V-45': () => true,
}
const tellerOf = (refusal: Refusal) =>
  Object.entries(tellers).find(([, tells]) => tells(refusal))?.[0]

/** Expects the refusals of which this check tells. */
export const expectMembersRefused = async (context: CheckContext, id: string): Promise<void> => {
  const told = (await refusals(context)).filter((it) => tellerOf(it) === id)
  expectRefusals(context, told)
}

/** Every member of every body. */
export const lenientMembers = checksOf(common, {
  'V-45': {
    promise: 'reads no member for what somebody may have meant, and writes nothing of such a body',
    severity: 'high',
    cells: cellsFor(spoiltJson),
    fix: 'switch off coercion on every operation, and validate the whole body before anything is written',
    run: async (context) => {
      await expectMembersRefused(context, 'V-45')
      await expectUntouched(context, 'V-45')
    },
  },
  'V-46': {
    promise: 'refuses text that is too long, too short or no text, in every member that takes text',
    severity: 'high',
    cells: cellsFor(spoiltText),
    fix: 'apply the limits of the title, the description and each tag on every operation that writes them',
    run: (context) => expectMembersRefused(context, 'V-46'),
  },
})
