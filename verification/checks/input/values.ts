import { checksOf } from '../../engine/check.ts'
import { newTask, TASKS } from '../../engine/check-context.ts'
import { oncePerRun } from '../once-per-run.ts'
import { taskIn } from '../tasks.ts'
import { misled } from '../untrusted.ts'
import { expectMembersRefused } from './every-route/lenient-members.ts'
import { brief, common, JSON_TYPE } from './expectations.ts'

/** Whatever normalisation, escaping or a narrow column would change on the way. */
const fragile = [
  '  leading, and a tab\t, lines\r\nand\nbreaks',
  'e\u0301 \u00e9 \u212b \ufb01\ralone',
  '\u{1f469}\u200d\u{1f469}\u200d\u{1f467} \u{1f3f4}\u{e0067}\u{e007f}',
  '\u202eright to left \u05d0\u0628\u202c zero\u200bwidth \u2019 \ufffe\u0001\u007f',
  '\u0430 is not a',
  '<script>alert(1)</script> &amp; \\ \\\\ \\n \\u0041 %00 %s {{7*7}}',
  'no\u00a0break, \u2028 and \u2029',
  `'; DROP TABLE tasks; --  \n`,
].join('\n')

/** Members that are the server's own to set, or nobody's. */
const theirs = {
  id: '00000000-0000-7000-8000-000000000000',
  user_id: 'vrf-nobody',
  ...{ created_at: '2001-02-03T04:05:06.789Z', updated_at: '2001-02-03T04:05:06.789Z' },
  owner: 'vrf',
}

/** The names of members in another spelling: members that nobody knows. */
const alike = { Title: 'vrf', PRIORITY: 'low', Completed: true, 'due-date': '2030-01-01' }

/** White space to some, and none to ECMAScript: next line, Mongolian separator, controls, zero width. */
const keptEnds = ['\u0085', '\u180e', '\u0001', '\u200b']
const fragileTags = [
  ...['#vrf  two words', 'e\u0301', '%41', '\\\\n'],
  ...keptEnds.map((end, index) => `${end}vrf ${index}${end}`),
]

/** A task of text that is easily changed, beside members and headers that must not be heard. */
export const strange = oncePerRun(async (context) => {
  const words = `${fragile.split('\n').slice(3, 5).join('\t\n')} %41 \ufffd \\\\ \\n  <b>' OR</b> 1=1`
  const title = `\u0085${context.canary()} ${words}\u0085\u200b`
  const members = { ...theirs, title, description: fragile, tags: fragileTags }
  const json = { ...newTask(context, members), ...alike }
  const path = `${TASKS}?user_id=${theirs.user_id}&owner=${theirs.user_id}`
  const named = ['X-User-Id', 'X-On-Behalf-Of'].map((name) => [name, theirs.user_id] as const)
  const headers = [...named, ...misled]
  return { title, made: await context.send({ method: 'POST', path, as: 'A', headers, json }) }
})

const plainName = (name: string) => name.toLowerCase().replace('-', '_')

/** What members may hold (contract §3). */
export const values = checksOf(common, {
  'V-07': {
    promise: 'refuses NUL, which PostgreSQL cannot store',
    severity: 'high',
    requirements: ['US1', 'EC-1'],
    fix: 'check every text for U+0000 before it reaches the database',
    run: (context) => expectMembersRefused(context, 'V-07'),
  },
  'V-08': {
    promise: 'refuses half a surrogate pair, which is no character',
    severity: 'medium',
    requirements: ['US1', 'EC-1'],
    fix: 'check texts for lone surrogates (isWellFormed) before they reach the database',
    run: (context) => expectMembersRefused(context, 'V-08'),
  },
  'V-09': {
    promise: 'gives text back as it came, in any script',
    severity: 'medium',
    fix: 'no normalising, escaping or trimming of what is stored; escape where it is shown',
    run: async (context) => {
      const { title, made } = await strange(context)
      if (!context.expectStatus(made, 201)) return
      const read = await context.send({
        path: `${TASKS}/${taskIn(made).id}`,
        as: 'A',
        headers: [JSON_TYPE],
      })
      for (const exchange of [made, read]) {
        const seen = taskIn(exchange)
        context.expect(seen.title === title, exchange, 'the title as sent', brief(seen.title))
        context.expect(
          seen.description === fragile,
          exchange,
          'the description as sent',
          brief(seen.description),
        )
        const lost = fragileTags.filter((tag) => !seen.tags?.includes(tag))
        context.expect(lost.length === 0, exchange, 'the tags as sent', `without ${brief(lost)}`)
      }
    },
  },
  'V-11': {
    promise: 'takes no value for another: neither "true" for true nor 1 for "1"',
    severity: 'medium',
    fix: 'switch off coercion in the validator',
    run: (context) => expectMembersRefused(context, 'V-11'),
  },
  'V-12': {
    promise: 'ignores members that it does not know or that are its own to set',
    severity: 'high',
    fix: 'store named members only',
    run: async (context) => {
      const { made } = await strange(context)
      if (!context.expectStatus(made, 201)) return
      const task = taskIn(made) as Record<string, unknown>
      const taken = Object.entries({ ...theirs, ...alike }).filter(
        ([name, value]) => task[name] === value || task[plainName(name)] === value,
      )
      context.expect(taken.length === 0, made, 'none of them taken over', brief(taken))
    },
  },
  'V-26': {
    promise: 'takes null only where it means something',
    severity: 'low',
    fix: 'null clears description and due_date; anywhere else answer 422',
    run: (context) => expectMembersRefused(context, 'V-26'),
  },
})
