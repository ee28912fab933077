import { changeProblem } from '../../operators/problems.ts'
import { mapJson, onRequest } from '../../operators/proxy.ts'
import { correctingParameters, correctingQuery } from '../../operators/request.ts'
import { mutants } from '../mutant.ts'

const numbers = ['page', 'per_page']
const dates = ['due_before', 'due_after']
const priority = /^(low|medium|high)$/

/** Parameters that are read for what somebody may have meant. */
export const lenientQueryMutants = mutants('medium', ['V-40'], {
  'reads a number by its first digits': correctingParameters(numbers, (value) =>
    String(Number.parseInt(value, 10) || value),
  ),
  'reads numbers with a sign or blanks': correctingParameters(numbers, (value) =>
    value.replace(/^\s*\+?(\d+)\s*$/, '$1'),
  ),
  'reads numbers in any notation': correctingParameters(numbers, (value) =>
    value.trim() === '' || Number.isNaN(Number(value)) ? value : String(Math.trunc(Number(value))),
  ),
  'reads other words for true and false': correctingParameters(['completed'], (value) =>
    value.replace(/^(1|yes|on|t|true)$/i, 'true').replace(/^(0|no|off|f|false)$/i, 'false'),
  ),
  'reads keys and orders of sorting in any case': correctingParameters(
    ['sort_by', 'sort_order'],
    (value) => value.toLowerCase(),
  ),
  'reads priorities of the list in any case': correctingParameters(['priority'], (value) =>
    value.toLowerCase(),
  ),
  'passes over priorities that it does not know': correctingParameters(
    ['priority'],
    (value) =>
      value
        .split(',')
        .filter((it) => priority.test(it))
        .join(',') || value,
  ),
  'reads dates of the query with a time behind them': correctingParameters(dates, (value) =>
    value.replace(/^(\d{4}-\d\d-\d\d)T.*$/, '$1'),
  ),
  'reads dates of the query without their zeros': correctingParameters(dates, (value) =>
    value.replaceAll(/-(\d)(?!\d)/g, '-0$1'),
  ),
  'passes over empty parameters': correctingQuery((query) => {
    for (const [name, value] of [...query]) if (value === '') query.delete(name)
  }),
  'takes the last of repeated parameters': {
    caughtBy: ['V-41'],
    ...correctingQuery((query) => {
      for (const name of ['completed', 'search', 'sort_by', 'page', 'per_page', 'due_after'])
        if (query.getAll(name).length > 1) query.set(name, query.getAll(name).at(-1) ?? '')
    }),
  },
  'cuts long searches off': correctingParameters(['search'], (value) =>
    [...value].slice(0, 200).join(''),
  ),
  'counts a search in UTF-16 units': {
    caughtBy: ['V-43'],
    ...correctingParameters(['search'], (value) => (value.length > 200 ? 'x'.repeat(201) : value)),
  },
  'reads brackets as objects': {
    caughtBy: ['V-42'],
    ...changeProblem(
      { status: 500, code: 'internal_error', title: 'Internal Server Error' },
      (_, { path }) => /[?&]search(\[|%5B)\w/.test(path),
    ),
  },
  'splits a query at semicolons': {
    caughtBy: ['V-42'],
    ...onRequest((request) => ({ ...request, path: request.path.replaceAll(';', '&') })),
  },
  'knows parameters in any case': {
    caughtBy: ['V-42'],
    ...correctingQuery((query) => {
      for (const [name, value] of [...query]) {
        if (name === name.toLowerCase()) continue
        query.delete(name)
        query.append(name.toLowerCase(), value)
      }
    }),
  },
  'names the query in place of its parameter': {
    severity: 'low',
    ...mapJson(
      (json) => ({ ...json, errors: [{ field: 'query', message: 'is not valid' }] }),
      ({ status }, { method }) => status === 422 && method === 'GET',
    ),
  },
  'takes any other word for false': correctingParameters(['completed'], (value) =>
    value === 'true' ? value : 'false',
  ),
  'reads keys of sorting in camel case': {
    severity: 'low',
    ...correctingParameters(['sort_by'], (value) =>
      value.replaceAll(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`),
    ),
  },
})
