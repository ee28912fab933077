import type { ProxyRequest, ProxyResponse } from '../../bootstrap/system/http-messages.ts'
import type { Interceptor } from '../../bootstrap/system/reverse-proxy.ts'

export * from '../../bootstrap/system/http-messages.ts'

/** A proxy that changes responses only. */
export const changing =
  (
    change: (response: ProxyResponse, request: ProxyRequest) => ProxyResponse,
  ): (() => Interceptor) =>
  () =>
  async (request, pass) =>
    change(await pass(request), request)

/** A proxy that changes requests only. */
export const rewriting =
  (rewrite: (request: ProxyRequest) => ProxyRequest): (() => Interceptor) =>
  () =>
  (request, pass) =>
    pass(rewrite(request))
