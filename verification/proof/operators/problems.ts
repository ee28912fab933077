import {
  field,
  jsonOf,
  type ProxyResponse,
  withBody,
  withHeader,
} from '../../../bootstrap/system/http-messages.ts'
import { type Condition, onResponse } from './proxy.ts'

interface ProblemMembers {
  status: number
  code: string
  title?: string
}

/** Changes the members of the problem that a response holds. */
export const changeProblem = (members: ProblemMembers, when: Condition) =>
  onResponse(
    (response) =>
      withBody({ ...response, status: members.status }, { ...jsonOf(response), ...members }),
    when,
  )

/** A problem in place of what a response held. */
export const problem = (response: ProxyResponse, members: ProblemMembers): ProxyResponse =>
  withBody(
    withHeader({ ...response, status: members.status }, 'Content-Type', 'application/problem+json'),
    {
      type: 'about:blank',
      detail: 'As you like it.',
      request_id: field(response.headers, 'x-request-id'),
      ...members,
    },
  )
