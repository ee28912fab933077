import type { Check } from '../../engine/check.ts'
import { type CheckContext, TASKS } from '../../engine/check-context.ts'
import type { Exchange } from '../../engine/http/exchange.ts'
import { oncePerRun } from '../once-per-run.ts'
import { idsIn, nextUrl, pathOf, sameIds, tasksIn, totalIn } from '../tasks.ts'
import { estate } from './estate.ts'
import { CONNECTION } from './siege.ts'

const about = {
  requirements: ['US2'],
  record: 'ADR-0009',
  needs: ['users'],
  fix: 'put the owner into every query of the list: the page, the count, the search and the cursor',
} as const

/** Page by page and by cursor, under a tag that both users have given to tasks. */
const pages = oncePerRun(async (context) => {
  const path = `${(await estate(context)).list}&per_page=1`
  const first = await context.send({ path, as: 'A' })
  const next = nextUrl(context, first)
  const second = await context.send({ path: `${path}&page=2`, as: 'A' })
  const followed = next && (await context.send({ path: pathOf(next), as: 'A' }))
  return { first, second, followed }
})

/** The same address for everybody over one connection, with nothing in it that a cache could tell apart. */
const sameAddress = oncePerRun(async (context) => {
  const { list } = await estate(context)
  const read = (as: 'A' | 'B' | 'nobody') =>
    context.send({ path: list, as, connection: CONNECTION })
  return { ofB: await read('B'), ofA: await read('A'), ofNobody: await read('nobody') }
})

const expectOnly = (context: CheckContext, page: Exchange, ids: readonly string[]): void => {
  if (!context.expectStatus(page, 200)) return
  const [seen, owner] = [idsIn(page), context.settings.users?.[page.as === 'B' ? 'b' : 'a'].subject]
  const observed = `${seen.length} tasks, ${seen.filter((id) => !ids.includes(id)).length} of them others`
  context.expect(sameIds(seen, ids), page, `exactly ${ids.length} tasks of ${page.as}`, observed)
  const own = tasksIn(page).every(({ user_id }) => user_id === owner)
  context.expect(own, page, `user_id of ${page.as} on every task`)
}

const expectNone = (context: CheckContext, page: Exchange): void => {
  expectOnly(context, page, [])
  context.expect(totalIn(page) === 0, page, 'total 0', `total ${totalIn(page)}`)
}

export const lists: readonly Check[] = [
  {
    ...about,
    id: 'I-01',
    promise: 'lists to a user what is theirs and nothing else, on every page and by cursor',
    severity: 'critical',
    run: async (context) => {
      const { mine } = await estate(context)
      const { first, second, followed } = await pages(context)
      const seen = [...idsIn(first), ...idsIn(second)]
      context.expect(sameIds(seen, mine), second, 'two pages that hold just the tasks of A')
      for (const page of [first, second]) expectOnly(context, page, idsIn(page))
      if (context.expect(followed !== undefined, first, 'a Link to the next page') && followed)
        expectOnly(context, followed, idsIn(second))
    },
  },
  {
    ...about,
    id: 'I-16',
    promise: 'never takes the owner from the query or from a header',
    severity: 'critical',
    fix: 'take the owner from the token alone',
    run: async (context) => {
      const { list, mine } = await estate(context)
      const b = encodeURIComponent(context.settings.users?.b.subject ?? '')
      const names = ['user_id', 'owner', 'owner_id', 'userId%5B%5D', 'filter%5Bowner%5D', 'sub']
      const path = `${list}&${names.map((name) => `${name}=${b}`).join('&')}`
      const plain = /^[\x21-\x7e]+$/.test(context.settings.users?.b.subject ?? '')
      const value = plain ? (context.settings.users?.b.subject ?? '') : b
      const headers = ['X-User-Id', 'X-Forwarded-User', 'X-Owner'].map((name): [string, string] => [
        name,
        value,
      ])
      expectOnly(context, await context.send({ path, as: 'A', headers }), mine)
    },
  },
  {
    ...about,
    id: 'I-17',
    promise: 'never finds by title or description what another user wrote',
    severity: 'critical',
    run: async (context) => {
      const { b, secret } = await estate(context)
      const search = (text: string) => context.send({ path: `${TASKS}?search=${text}`, as: 'A' })
      const found = await Promise.all([search(b.title), search(secret)])
      for (const page of found) expectNone(context, page)
    },
  },
  {
    ...about,
    id: 'I-18',
    promise: 'refuses a cursor that was made for another user',
    severity: 'critical',
    run: async (context) => {
      const { list } = await estate(context)
      const page = await context.send({ path: `${list}&per_page=1`, as: 'B' })
      const next = nextUrl(context, page)
      context.control(next !== undefined, page, 'B gets a cursor')
      const borrowed = await context.send({ path: pathOf(next as URL), as: 'A' })
      context.expectProblem(borrowed, 'validation_failed')
    },
  },
  {
    ...about,
    id: 'I-19',
    promise: 'counts for a user only what is theirs, however much others create',
    severity: 'high',
    run: async (context) => {
      const { earlier, mine } = await estate(context)
      for (const page of [earlier, (await pages(context)).first]) {
        const total = totalIn(page)
        context.expect(total === mine.length, page, `total ${mine.length}`, `total ${total}`)
      }
    },
  },
  {
    ...about,
    id: 'I-25',
    promise: 'never serves one user what was answered to another at the same address',
    severity: 'critical',
    fix: 'remove caches and per-connection state between the token and the query',
    run: async (context) => {
      const { b, busy, mine } = await estate(context)
      const { ofA, ofB, ofNobody } = await sameAddress(context)
      expectOnly(context, ofB, [b.id, busy.id])
      expectOnly(context, ofA, mine)
      context.expectProblem(ofNobody, 'token_missing')
    },
  },
]

/** Ids that B sees under the common tag. */
export const seenByB = async (context: CheckContext): Promise<Exchange> =>
  (await sameAddress(context)).ofB
