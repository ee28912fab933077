import { jsonOf, withBody } from '../../../../bootstrap/system/http-messages.ts'
import { mapJson, onRequest, onResponse } from '../../operators/proxy.ts'
import { correcting, withMembers } from '../../operators/request.ts'
import { isWrite } from '../../operators/where.ts'
import { mutants } from '../mutant.ts'

const correctingTitle = (correct: (title: string) => string) =>
  correcting(({ title }) => (typeof title === 'string' ? { title: correct(title) } : {}))

const realDates: Readonly<Record<string, string>> = {
  '2026-02-30': '2026-03-02',
  '2023-02-29': '2023-03-01',
  '2026-02-29': '2026-03-01',
  '2025-02-29': '2025-03-01',
}

/** Members of a body: their types, their text, their meaning. */
export const valueMutants = mutants('medium', ['V'], {
  'coerces text to booleans': correcting(({ completed }) =>
    typeof completed === 'string' ? { completed: completed === 'true' } : {},
  ),
  'coerces numbers to booleans': correcting(({ completed }) =>
    typeof completed === 'number' ? { completed: completed !== 0 } : {},
  ),
  'coerces numbers to titles': correcting(({ title }) =>
    typeof title === 'number' ? { title: String(title) } : {},
  ),
  'cuts long titles off': correctingTitle((title) => [...title].slice(0, 200).join('')),
  'counts UTF-16 units for code points': onRequest((request) => {
    const { title } = jsonOf(request)
    return isWrite(request) && typeof title === 'string' && title.length > 200
      ? withMembers(request, { title: 'x'.repeat(300) })
      : request
  }),
  'normalises text to NFC': correctingTitle((title) => title.normalize('NFC')),
  'removes zero-width characters': correctingTitle((title) =>
    title.replaceAll(/\u200b|\u200c|\u200d|\u200e|\u200f|\ufe0f|\u202e/g, ''),
  ),
  'takes a blank title': {
    severity: 'low',
    ...correctingTitle((title) => (title.trim() === '' ? 'untitled' : title)),
  },
  'takes dates that do not exist': correcting(({ due_date: date }) => {
    const real = realDates[String(date)]
    return real ? { due_date: real } : {}
  }),
  'takes unknown priorities': correcting(({ priority }) =>
    typeof priority === 'string' && !/^(low|medium|high)$/.test(priority)
      ? { priority: 'medium' }
      : {},
  ),
  'takes null for not given': {
    does: 'takes null for "not given"',
    ...correcting((json) =>
      Object.fromEntries(
        Object.entries(json)
          .filter(([name, value]) => value === null && !/description|due_date/.test(name))
          .map(([name]) => [name, undefined]),
      ),
    ),
  },
  'escapes HTML in titles': onResponse(
    (response) => withBody(response, response.body.toString().replaceAll('<', '&lt;')),
    ({ status, body }) => status === 201 && body.includes('<'),
  ),
  'stores prototypes': {
    caughtBy: ['V', 'G'],
    ...mapJson(
      (json) => ({ ...json, polluted: true }),
      ({ status }, { body }) => body.includes('__proto__') && status === 201,
    ),
  },
})
