import { type OperationId, operations } from '../../../adapters/http/contract/contract.ts'
import { pathPattern } from '../../../adapters/http/contract/path-pattern.ts'
import { field, type ProxyRequest } from '../../../bootstrap/system/http-messages.ts'
import type { Proxied } from './proxy.ts'

type Where = (request: ProxyRequest) => boolean

/** A change that only some requests meet. */
export const only = (where: Where, { proxy }: Proxied): Proxied => ({
  proxy: () => {
    const intercept = proxy()
    return (request, pass) => (where(request) ? intercept(request, pass) : pass(request))
  },
})

/** Whether a request calls one of these operations. HEAD is a method of its own. */
export const calls =
  (...ids: OperationId[]): Where =>
  ({ method, path }) => {
    const target = path
      .replace(/^https?:\/\/[^/]*/i, '')
      .replace(/\?.*/s, '')
      .replace(/(?<=.)\/$/, '')
    return ids.some((id) => {
      const operation = operations[id]
      return operation.method === method && pathPattern(operation.path).test(target)
    })
  }

export const isHead: Where = ({ method }) => method === 'HEAD'

/** A preflight is an OPTIONS request that asks for a method. */
export const isPreflight: Where = ({ method, headers }) =>
  method === 'OPTIONS' && field(headers, 'access-control-request-method') !== undefined

export const isWrite = ({ method }: ProxyRequest) => /POST|PATCH|PUT/.test(method)

/** Requests of a method to a single task, or to what can be done with one. */
export const onTask =
  (methods: RegExp, ending = /\/tasks\/[^/?]+\/?(\?|$)/) =>
  ({ method, path }: ProxyRequest): boolean =>
    methods.test(method) && ending.test(path)

export const isCompletion = onTask(/^PATCH$/, /\/complete\/?(\?|$)/)

/** The id of a task in a path. */
export const taskId = (path: string): string | undefined => /tasks\/([^/?]+)/.exec(path)?.[1]

export const queryOf = (path: string) => new URLSearchParams(path.split('?')[1] ?? '')
