import { operationIds, operations } from '../../../adapters/http/contract/contract.ts'
import { type Operation, problemsOf } from '../../../adapters/http/contract/operation.ts'
import { problems } from '../../../adapters/http/contract/problems.ts'
import { defaultOf, requiredOf, valuesOf } from '../../../bootstrap/config/docs.ts'
import { variables } from '../../../bootstrap/config/schema.ts'
import type { Facts } from '../facts.ts'
import { claimedBy } from '../page/links.ts'
import { prose, type Section, table, text } from '../page/page.ts'

const statusesOf = (operation: Operation): string => {
  const refusals = problemsOf(operation).map((code) => problems[code].status)
  return [...new Set([...Object.keys(operation.responses).map(Number), ...refusals])]
    .sort((a, b) => a - b)
    .join(' ')
}

const accessOf = ({ access, documentation }: Operation): string => {
  if (documentation) return 'anyone, where API_DOCS is on'
  return access === 'owner' ? 'bearer token' : 'anyone'
}

/** Every operation of the contract. */
export const endpoints = ({ decisions: { records } }: Facts): Section => ({
  title: 'Endpoints',
  blocks: [
    text(
      'From ',
      { text: 'the contract', to: '../adapters/http/contract/contract.ts' },
      ' that the server, its documentation and the live suite read.',
    ),
    table(
      ['endpoint', 'purpose', 'access', 'statuses', 'rate', 'record'],
      operationIds.map((id) => {
        const operation: Operation = operations[id]
        return [
          { code: `${operation.method} ${operation.path}` },
          prose(operation.summary),
          accessOf(operation),
          statusesOf(operation),
          operation.unlimited ? 'not counted' : 'limited',
          claimedBy(records, 'endpoints', id),
        ]
      }),
    ),
    text('Refusals, as problem documents (RFC 9457):'),
    table(
      ['status', 'code', 'meaning'],
      Object.entries(problems).map(([code, { status, detail }]) => [
        String(status),
        { code },
        prose(detail),
      ]),
    ),
  ],
})

/** Every variable of the schema; what one is set to is nobody's business here. */
export const configuration = ({ decisions: { records } }: Facts): Section => ({
  title: 'Environment variables',
  blocks: [
    text(
      'From ',
      { text: 'the schema', to: '../bootstrap/config/schema.ts' },
      ' that the service reads its configuration by, and nothing besides. Values are not shown.',
    ),
    table(
      ['variable', 'purpose', 'required', 'secret', 'default', 'record'],
      variables.map((variable) => [
        { code: variable.name },
        prose(`${variable.doc}${valuesOf(variable)}`),
        prose(requiredOf(variable)),
        variable.secret ? 'secret' : 'no',
        variable.secret ? 'none' : prose(defaultOf(variable)),
        claimedBy(records, 'variables', variable.name),
      ]),
    ),
  ],
})
