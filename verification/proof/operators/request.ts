import { jsonOf, type ProxyRequest } from '../../../bootstrap/system/http-messages.ts'
import { type Json, onRequest } from './proxy.ts'
import { isWrite } from './where.ts'

export const withText = (request: ProxyRequest, text: string): ProxyRequest => ({
  ...request,
  body: Buffer.from(text),
})

export const withMembers = (request: ProxyRequest, members: Json): ProxyRequest =>
  withText(request, JSON.stringify({ ...jsonOf(request), ...members }))

/** Corrects what a caller sent before the service validates it. */
export const correcting = (
  correct: (json: Json) => Json,
  when: (request: ProxyRequest) => boolean = isWrite,
) =>
  onRequest((request) => {
    const json = jsonOf(request)
    if (!when(request) || Object.keys(json).length === 0) return request
    return withMembers(request, correct(json))
  })

/** Corrects the value of one member where there is one. */
export const correctingMember = (
  name: string,
  correct: (value: unknown) => unknown,
  when?: (request: ProxyRequest) => boolean,
) => correcting((json) => (name in json ? { [name]: correct(json[name]) } : {}), when)

/** Corrects the query of a request; one that is not encoded rightly stays as it is. */
export const correctingQuery = (correct: (query: URLSearchParams) => void) =>
  onRequest((request) => {
    const [before, after] = request.path.split('?')
    if (after === undefined || /%(?![0-9a-f]{2})/i.test(after)) return request
    const query = new URLSearchParams(after)
    correct(query)
    return { ...request, path: `${before}?${query}` }
  })

/** Corrects each value of some parameters. */
export const correctingParameters = (
  names: readonly string[],
  correct: (value: string) => string | undefined,
) =>
  correctingQuery((query) => {
    for (const name of names) {
      const values = query.getAll(name)
      query.delete(name)
      for (const value of values.map(correct)) if (value !== undefined) query.append(name, value)
    }
  })
