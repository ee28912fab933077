import { type CheckContext, TASKS } from '../check-context.ts'
import { type Exchange, type HttpRequest, problemIn } from '../http/exchange.ts'

/** What every page may ask for before it has a token: two questions that different code answers. */
const questions: readonly HttpRequest[] = [
  { path: '/livez' },
  {
    method: 'OPTIONS',
    path: TASKS,
    headers: [['Access-Control-Request-Method', 'GET']],
  },
]

/**
 * Why nothing can be said about pages of the allowed origins: the target refuses some of them whatever they ask, so
 * that its list is another one, and every check that borrows such an origin would blame the code. Undefined where all
 * is well.
 */
export const originMisfit = async (context: CheckContext): Promise<string | undefined> => {
  const { origins } = context.settings
  const refused: string[] = []
  for (const origin of origins) if (await isRefusedAlways(context, origin)) refused.push(origin)
  if (refused.length === 0) return undefined
  const which =
    refused.length < origins.length || origins.length === 1
      ? `the origin ${refused.join(' and ')}`
      : `all ${origins.length} origins`
  return `ALLOWED_ORIGINS does not match the target, which refuses ${which} (403 origin_not_allowed): give the origins of its own list, letter by letter, with scheme and port`
}

const isRefusedAlways = async (context: CheckContext, origin: string): Promise<boolean> => {
  for (const request of questions) {
    const headers = [['Origin', origin] as const, ...(request.headers ?? [])]
    if (!isRefused(await context.send({ ...request, headers }))) return false
  }
  return true
}

const isRefused = (exchange: Exchange): boolean => {
  const { status, code } = problemIn(exchange)
  return status === 403 && code === 'origin_not_allowed' && !exchange.edge
}
