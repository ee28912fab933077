import { checksOf } from '../../../engine/check.ts'
import { type CheckContext, TASKS } from '../../../engine/check-context.ts'
import type { Exchange } from '../../../engine/http/exchange.ts'
import type { Cell } from '../../../engine/matrix.ts'
import { isOrdered } from '../../consistency/chains.ts'
import { oncePerRun } from '../../once-per-run.ts'
import { listRoute } from '../../orders.ts'
import { idsIn, nextUrl, pathOf, tasksIn, totalIn } from '../../tasks.ts'
import { about } from '../fixture.ts'
import { expectOnly } from '../pages.ts'
import { type Branch, branches } from './branches.ts'
import { kinds, twins } from './twins.ts'

const cellOf = (value: string): Cell => ({ route: listRoute, dimension: 'owner', value })
const firstCell = ({ name }: Branch) => cellOf(`what A has of ${name}`)
const nextCell = ({ name }: Branch) => cellOf(`the next of ${name}`)

const found = ({ finds = () => true }: Branch) => kinds.filter(finds).length
/** Where there is one task, or nobody can know how many, there need be no next page; in each order one is followed. */
const followed = branches.filter(
  (branch, index, all) =>
    branch.finds &&
    found(branch) > 1 &&
    !all
      .slice(0, index)
      .some((it) => it.by === branch.by && it.order === branch.order && it.finds && found(it) > 1),
)

/** Of each branch one task and, by cursor, the one behind it: between the two lies one of B's. */
const steps = oncePerRun(async (context) => {
  const own = await twins(context)
  return Promise.all(
    branches.map(async (branch) => {
      const path = `${TASKS}?${branch.query(own)}&per_page=1`
      const first = await context.send({ path, as: 'A', covers: [firstCell(branch)] })
      const url = followed.includes(branch) ? nextUrl(context, first) : undefined
      const covers = [nextCell(branch)]
      const next = url && (await context.send({ path: pathOf(url), as: 'A', covers }))
      return { branch, first, next }
    }),
  )
})

/** Expects one task of A's that was not seen before. */
const expectOne = async (context: CheckContext, page: Exchange, before: readonly string[] = []) => {
  const { ofA } = await twins(context)
  const left = ofA.map(({ id }) => id).filter((id) => !before.includes(id))
  const [id] = idsIn(page)
  expectOnly(context, page, id !== undefined && left.includes(id) ? [id] : left.slice(0, 1))
}

const aboutBranches = {
  ...about,
  fix: 'put the owner into the one condition that all queries of the list share, around every OR',
} as const

export const everyBranch = checksOf(aboutBranches, {
  'I-31': {
    promise: 'lists and counts only what is its caller’s, by every filter and in every order',
    severity: 'critical',
    cells: branches.map(firstCell),
    run: async (context) => {
      for (const { branch, first } of await steps(context)) {
        if (!branch.finds) {
          for (const { user_id } of tasksIn(first))
            context.expect(user_id === context.settings.users?.a.subject, first, 'tasks of A alone')
          continue
        }
        await expectOne(context, first)
        const [total, expected] = [totalIn(first), found(branch)]
        context.expect(total === expected, first, `total ${expected}`, `total ${total}`)
      }
    },
  },
  'I-32': {
    promise: 'leads by cursor to what is its caller’s alone, by every filter and in every order',
    severity: 'critical',
    cells: followed.map(nextCell),
    run: async (context) => {
      for (const { branch, first, next } of await steps(context)) {
        if (!followed.includes(branch)) continue
        if (!context.expect(next !== undefined, first, 'a Link to the next page') || !next) continue
        await expectOne(context, next, idsIn(first))
        const { by = '', order = '' } = branch
        const inTurn = isOrdered([...tasksIn(first), ...tasksIn(next)], by, order)
        context.expect(inTurn, next, `what comes next by ${by} ${order}`, 'what comes before')
      }
    },
  },
  'I-33': {
    promise: 'shows nobody another’s tasks where nothing is asked for, or more than there is',
    severity: 'critical',
    run: async (context) => {
      const { ofA, ofB, tags } = await twins(context)
      const paged = `${TASKS}?tag=${tags[0]}&per_page=1&page=`
      const [whole, second, beyond] = await Promise.all([
        context.send({ path: `${TASKS}/?per_page=100`, as: 'A' }),
        context.send({ path: `${paged}2`, as: 'A' }),
        // So many B has, and A has not.
        context.send({ path: `${paged}${ofB.length}`, as: 'A' }),
      ])
      context.expectStatus(whole, 200)
      const foreign = idsIn(whole).filter((id) => ofB.some((task) => task.id === id))
      context.expect(foreign.length === 0, whole, 'no task of B', `${foreign.length} of them`)
      await expectOne(context, second)
      expectOnly(context, beyond, [])
      for (const page of [second, beyond])
        context.expect(totalIn(page) === ofA.length, page, `total ${ofA.length}`)
    },
  },
})
