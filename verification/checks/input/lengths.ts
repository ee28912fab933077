import { checksOf } from '../../engine/check.ts'
import { MARKER_TAG } from '../../engine/check-context.ts'
import { EMOJI, filled, TITLE_MAX } from '../members.ts'
import { oncePerRun } from '../once-per-run.ts'
import { post, taskIn } from '../tasks.ts'
import { expectMembersRefused } from './every-route/lenient-members.ts'
import { brief, common, expectRefused } from './expectations.ts'

/** Contract §3. */
const DESCRIPTION_MAX = 2000
const TAG_MAX = 50
const TAGS_MAX = 20
/** White space to ECMAScript, all of it. */
const SPACE = ' \u00a0\u1680\v\f\u2000\u200a\u2028\u2029\u202f\u205f\u3000\r\n\ufeff\t'

/** A task that holds as much as it may. */
export const largest = oncePerRun(async (context) => {
  const title = filled(context.canary(), TITLE_MAX)
  const description = EMOJI.repeat(DESCRIPTION_MAX)
  const tags = Array.from({ length: TAGS_MAX - 2 }, (_, index) => `vrf-${index}`)
  tags.push(filled('\u00e9', TAG_MAX))
  const untidy = tags.flatMap((tag) => [` ${tag.toUpperCase()}\u00a0`, tag])
  const members = { title: `${SPACE}${title}${SPACE}`, description, tags: untidy }
  const exchange = await post(context, 'A', { ...members, due_date: '0001-01-01' })
  return { title, description, tags, exchange }
})

/** How much a task may hold, and which days and priorities there are. */
export const lengths = checksOf(common, {
  'V-10': {
    promise: 'takes titles of 1 to 200 characters, counted as people do',
    severity: 'medium',
    fix: 'trim, then count code points, not bytes or UTF-16 units',
    run: async (context) => {
      await expectRefused(context, { json: { tags: [MARKER_TAG] } }, 'validation_failed')
      await expectMembersRefused(context, 'V-10')
    },
  },
  'V-23': {
    promise: 'takes a task that is as large as may be, after tidying it',
    severity: 'medium',
    fix: 'apply limits to what is stored: trimmed, normalised, counted in code points',
    run: async (context) => {
      const { title, description, tags, exchange } = await largest(context)
      if (!context.expectStatus(exchange, 201)) return
      const task = taskIn(exchange)
      context.expect(task.title === title, exchange, 'the title, trimmed', brief(task.title))
      context.expect(task.description === description, exchange, 'the whole description')
      context.expect(
        JSON.stringify([...(task.tags ?? [])].sort()) ===
          JSON.stringify([MARKER_TAG, ...tags].sort()),
        exchange,
        'the tags, trimmed, in lower case, each once',
        brief(task.tags),
      )
      context.expect(
        task.due_date === '0001-01-01',
        exchange,
        'the first day there is, 0001-01-01',
        brief(task.due_date),
      )
    },
  },
  'V-24': {
    promise: 'refuses descriptions, tags and lists of tags beyond their limits',
    severity: 'low',
    fix: 'descriptions up to 2000 code points, 20 tags of 1 to 50',
    run: (context) => expectMembersRefused(context, 'V-24'),
  },
  'V-25': {
    promise: 'takes real days of the calendar only, and the priorities that there are',
    severity: 'low',
    fix: 'check the date itself, not just its shape; years 0001 to 9999',
    run: (context) => expectMembersRefused(context, 'V-25'),
  },
})
