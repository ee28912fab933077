import { gzipSync } from 'node:zlib'
import { checksOf } from '../../engine/check.ts'
import { TASKS } from '../../engine/check-context.ts'
import { taskIn } from '../tasks.ts'
import {
  bodyText,
  brief,
  common,
  expectRefused,
  expectTextRefused,
  JSON_TYPE,
} from './expectations.ts'

/** How a body is written, before anything in it means something. */
export const bodies = checksOf(common, {
  'V-01': {
    promise: 'refuses what is not JSON, byte for byte',
    severity: 'medium',
    fix: 'decode strictly as UTF-8 (a BOM is an error), parse the whole body, answer 400 malformed_request',
    run: async (context) => {
      const text = bodyText(context)
      const spoilt = [
        text.slice(0, -2),
        `${text}{}`,
        text.replace('{', '{"vrf":NaN,'),
        `\u{feff}${text}`,
        Buffer.concat([
          Buffer.from(text.slice(0, 20)),
          Buffer.of(0xff),
          Buffer.from(text.slice(20)),
        ]),
      ]
      await Promise.all(spoilt.map((body) => expectTextRefused(context, body, 'malformed_request')))
    },
  },
  'V-02': {
    promise: 'refuses a body that is missing or no object',
    severity: 'medium',
    fix: 'answer 400 where an object is needed and nothing came; check the type before the members',
    run: async (context) => {
      await Promise.all([
        expectRefused(context, { headers: [JSON_TYPE] }, 'malformed_request'),
        expectTextRefused(
          context,
          `[${bodyText(context)}]`,
          'malformed_request',
          'validation_failed',
        ),
      ])
    },
  },
  'V-03': {
    promise: 'reads JSON in UTF-8 only, under its own name',
    severity: 'high',
    requirements: ['US1', 'FR-004'],
    fix: 'compare the media type and its charset before parsing: text/plain needs no preflight',
    run: async (context) => {
      const types = [
        'text/plain',
        'application/json; charset=utf-16',
        'application/merge-patch+json',
      ]
      const body = bodyText(context)
      await Promise.all([
        ...types.map((type) =>
          expectRefused(
            context,
            { body, headers: [['Content-Type', type]] },
            'unsupported_media_type',
          ),
        ),
        expectRefused(context, { body }, 'unsupported_media_type'),
      ])
    },
  },
  'V-19': {
    promise: 'refuses compressed bodies',
    severity: 'medium',
    fix: 'answer 415 to any Content-Encoding but identity: a small archive can hold a large body',
    run: async (context) => {
      const body = gzipSync(bodyText(context))
      const headers = [JSON_TYPE, ['Content-Encoding', 'gzip'] as const]
      await expectRefused(context, { body, headers }, 'unsupported_media_type')
    },
  },
  'V-29': {
    promise: 'takes JSON with parameters, and a merge patch, which clears with null',
    severity: 'medium',
    requirements: ['US1', 'FR-007'],
    fix: 'ignore parameters but charset; on PATCH allow application/merge-patch+json (RFC 7396)',
    run: async (context) => {
      const { id } = await context.task('A', { description: 'vrf', due_date: '2024-02-29' })
      const change = { method: 'PATCH', path: `${TASKS}/${id}`, as: 'A' } as const
      const merged = await context.send({
        ...change,
        headers: [['Content-Type', 'application/merge-patch+json']],
        json: { description: null, completed: true },
      })
      if (context.expectStatus(merged, 200)) {
        const { description, due_date } = taskIn(merged)
        context.expect(
          description === null && due_date === '2024-02-29',
          merged,
          'description cleared and due_date as it was',
          brief({ description, due_date }),
        )
      }
      const typed = await context.send({
        ...change,
        headers: [
          ['Content-Type', 'Application/JSON; profile="vrf"; charset=UTF-8'],
          ['Content-Encoding', 'identity'],
        ],
        json: { due_date: null },
      })
      if (!context.expectStatus(typed, 200)) return
      const { due_date, completed } = taskIn(typed)
      context.expect(
        due_date === null && completed === true,
        typed,
        'due_date cleared and completed as it was',
        brief({ due_date, completed }),
      )
    },
  },
})
