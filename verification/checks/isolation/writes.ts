import { checksOf } from '../../engine/check.ts'
import { TASKS } from '../../engine/check-context.ts'
import { idsIn, sameIds, taskIn } from '../tasks.ts'
import { attack } from './attack.ts'
import { about, claims, expectOwned, fixture } from './fixture.ts'
import { sharedKey } from './keys.ts'
import { seenByB } from './lists/pages.ts'

/** One after the other: the second finds the task only if the first did not give it away. */
const updates = [
  ['PATCH', 'high'],
  ['PUT', 'low'],
] as const

export const writes = checksOf(about, {
  'I-13': {
    promise: 'takes owner, id and times of a new task from nobody but itself',
    severity: 'critical',
    fix: 'copy the writable members one by one, and the owner from the token',
    run: async (context) => {
      const { b, busy, claimed } = await fixture(context)
      // Without a key and with one.
      for (const exchange of [claimed, (await sharedKey(context)).ofA]) {
        if (!context.expectStatus(exchange, 201)) return
        expectOwned(context, exchange, undefined)
        context.expect(taskIn(exchange).id !== b.id, exchange, 'an id of its own')
      }
      const list = await seenByB(context)
      context.expect(
        sameIds(idsIn(list), [b.id, busy.id]),
        list,
        'nothing new among the tasks of B',
      )
    },
  },
  'I-14': {
    promise: 'lets no update move a task to another owner, id or time',
    severity: 'critical',
    fix: 'copy the writable members one by one, in PUT as in PATCH',
    run: async (context) => {
      const { a, b } = await fixture(context)
      for (const [method, priority] of updates) {
        const json = { ...claims(context, b.id), priority }
        const changed = await context.send({ method, path: `${TASKS}/${a.id}`, as: 'A', json })
        if (!context.expectStatus(changed, 200)) return
        expectOwned(context, changed, a.id)
        const { created_at, ...now } = taskIn(changed)
        context.expect(created_at === a.created_at, changed, 'created_at as it was')
        context.expect(now.priority === priority, changed, `priority ${priority}`)
      }
    },
  },
  'I-26': {
    promise: 'gives ids that follow from no other: UUIDv7',
    severity: 'low',
    fix: 'make ids with a UUIDv7 generator, never with a counter',
    run: async (context) => {
      const { a, b, busy, earlier } = await fixture(context)
      const uuid = /^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/i
      const all = [a, b, busy].every(({ id }) => uuid.test(id))
      context.expect(all, earlier, 'every id a UUIDv7', 'ids in another form')
    },
  },
  'I-27': {
    promise: 'shows of a task the members of the contract and no other',
    severity: 'medium',
    fix: 'write the answer member by member instead of the row as it is',
    run: async (context) => {
      const { before } = await attack(context)
      const names =
        'completed,created_at,description,due_date,id,priority,tags,title,updated_at,user_id'
      const seen = Object.keys(taskIn(before)).sort().join()
      context.expect(seen === names, before, names, seen)
    },
  },
  'I-29': {
    promise: 'leaves nothing behind of a task that it refused',
    severity: 'medium',
    fix: 'judge the whole request before anything is written',
    run: async (context) => {
      const { refused, earlier, mine } = await fixture(context)
      context.expectProblem(refused, 'validation_failed')
      context.expect(sameIds(idsIn(earlier), mine), earlier, 'only what was created')
    },
  },
})
