import { jsonOf } from '../../../../bootstrap/system/http-messages.ts'
import { changeProblem } from '../../operators/problems.ts'
import { correctingMember } from '../../operators/request.ts'
import { isWrite } from '../../operators/where.ts'
import { mutants } from '../mutant.ts'

const changing = (member: string, pattern: RegExp, by: string) =>
  correctingMember(member, (text) =>
    typeof text === 'string' && text.trim() !== '' ? text.replace(pattern, by) : text,
  )

const isFalsy = (value: unknown) =>
  value === '' || value === 0 || (Array.isArray(value) && value.length === 0)
const isChange = ({ method }: { method: string }) => /PATCH|PUT/.test(method)

const invalid = { status: 422, code: 'validation_failed', title: 'Unprocessable Content' }

/** What is kept otherwise than it was sent. */
export const roundTripMutants = mutants('medium', ['V-09'], {
  'takes control characters out of titles': changing('title', /\p{Cc}/gu, ''),
  'puts blanks in place of line breaks in titles': changing('title', /[\r\n]+/g, ' '),
  'makes one blank of several in titles': changing('title', /(?<=\S) {2,}(?=\S)/g, ' '),
  'takes marks out of titles': changing('title', /<[^>]*>/g, ''),
  'trims what ECMAScript does not': changing('title', /^[\u0085\u200b]+|[\u0085\u200b]+$/g, ''),
  'keeps no line break at the end of a description': changing('description', /\n+$/, ''),
  'knows one kind of line break': changing('description', /\r(?!\n)/g, '\n'),
  'replaces what Unicode calls no character': changing('description', /[\ufffe\uffff]/g, '\ufffd'),
  'makes quotation marks straight': changing('description', /\u2019/g, "'"),
  'knows no leap year at the turn of a century': {
    severity: 'low',
    caughtBy: ['V-29'],
    ...changeProblem(
      invalid,
      (_, request) => isWrite(request) && jsonOf(request).due_date === '2000-02-29',
    ),
  },
  'takes every fourth year for a leap year': {
    severity: 'low',
    caughtBy: ['V-25', 'V-45'],
    ...correctingMember('due_date', (date) => (date === '1900-02-29' ? '1900-02-28' : date)),
  },
  'changes nothing to a description that is empty': {
    severity: 'high',
    caughtBy: ['D-24'],
    ...correctingMember('description', (it) => (isFalsy(it) ? undefined : it), isChange),
  },
  'changes no tags to none': {
    severity: 'high',
    caughtBy: ['D-07'],
    ...correctingMember('tags', (it) => (isFalsy(it) ? undefined : it), isChange),
  },
})
