import { checksOf } from '../../engine/check.ts'
import { type Exchange, headerOf } from '../../engine/http/exchange.ts'
import { differing, etagIn, taskIn, tasksIn } from '../tasks.ts'
import { type Edited, edits } from './conditions/edits.ts'
import { about, at, expectLike, expectTag } from './expectations.ts'
import { change, creation, readings } from './lifecycle.ts'

const instant = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}\.\d{3}Z$/
export const ofOneTask = checksOf(about, {
  'D-01': {
    promise: 'keeps what it acknowledged, where Location says and at once in the list',
    severity: 'critical',
    fix: 'answer after the commit, and read from where was written',
    run: async (context) => {
      const { created, id } = await creation(context)
      const { located, listed } = await readings(context)
      if (context.expect(located !== undefined, created, 'a Location that is a URL') && located) {
        expectLike(context, located, created)
        expectTag(context, located, etagIn(created))
      }
      const times = tasksIn(listed).map(({ created_at }) => at(created_at))
      const falling = times.every((time, index) => index === 0 || time <= (times[index - 1] ?? 0))
      context.expect(falling, listed, 'the newest first where no order is asked for')
      const entry = tasksIn(listed).find((task) => task.id === id)
      context.expect(entry !== undefined, listed, 'the new task in the list')
      const changed = entry ? differing(entry, taskIn(created)) : []
      context.expect(changed.length === 0, listed, 'the task as created', `differs in ${changed}`)
    },
  },
  'D-02': {
    promise: 'answers alike over every new connection, whichever replica takes it',
    severity: 'critical',
    fix: 'keep nothing of the tasks in the memory of a process',
    run: async (context) => {
      const { created, etag } = await creation(context)
      const { other } = await readings(context)
      expectLike(context, other, created)
      expectTag(context, other, etag)
      const { changed, seen } = await change(context)
      expectLike(context, seen, changed)
    },
  },
  'D-04': {
    promise: 'changes the named members and no others, with a new ETag, visible at once',
    severity: 'high',
    fix: 'write only what the body names; derive ETag and updated_at from the change itself',
    run: async (context) => {
      const { created, etag } = await creation(context)
      const { title, changed } = await change(context)
      expectLike(context, changed, created, ['title', 'updated_at'])
      context.expect(taskIn(changed).title === title, changed, 'the new title')
      const later = at(taskIn(changed).updated_at) > at(taskIn(created).updated_at)
      context.expect(later, changed, 'updated_at after that of the creation')
      expectTag(context, changed, etag, false)
    },
  },
  'D-12': {
    promise: 'tells times in UTC with milliseconds, and by the right clock',
    severity: 'low',
    fix: 'write times as ISO 8601 with Z, and let the clock be kept in step',
    run: async (context) => {
      const { created } = await creation(context)
      const { created_at = '', updated_at = '', tags } = taskIn(created)
      const wellFormed = [created_at, updated_at].every((time) => instant.test(time))
      context.expect(
        wellFormed,
        created,
        'YYYY-MM-DDThh:mm:ss.sssZ',
        `${created_at}, ${updated_at}`,
      )
      const date = headerOf(created.response, 'date')
      const apart = Math.abs(at(created_at) - (date ? Date.parse(date) : Date.now()))
      context.expect(apart <= 60_000, created, 'at most 60 s from Date', `${apart} ms`)
      const normal = ['three', 'two'].every((tag) => tags?.filter((it) => it === tag).length === 1)
      context.expect(normal && tags?.length === 3, created, 'tags trimmed, lower-cased, distinct')
    },
  },
  'D-13': {
    promise: 'says 304 without a body to whoever has the present state, and only then',
    severity: 'low',
    fix: 'compare If-None-Match weakly with each tag of the list (RFC 9110 §13.1.2)',
    run: async (context) => {
      const { current, among, other } = await readings(context)
      const { etag } = await creation(context)
      for (const unchanged of [current, among]) {
        context.expectStatus(unchanged, 304)
        context.expect(unchanged.response?.body.length === 0, unchanged, 'no body')
        expectTag(context, unchanged, etag)
      }
      context.expectStatus(other, 200)
      context.expectStatus((await change(context)).seen, 200)
    },
  },
  'D-20': {
    promise: 'leaves updated_at and ETag alone where an update changes nothing',
    severity: 'low',
    fix: 'let the UPDATE touch no row whose values are the same',
    run: async (context) => {
      const { last, idle } = (await edits(context)).find(
        ({ route }) => route.method === 'PUT',
      ) as Edited
      const [same] = idle as [Exchange]
      expectLike(context, same, last)
      expectTag(context, same, etagIn(last))
    },
  },
})
