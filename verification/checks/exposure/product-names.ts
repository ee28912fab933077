import { type HttpResponse, headerOf } from '../../engine/http/exchange.ts'

/** Names that edges put into Server (their own, no product of the application). */
const edges =
  /^(railway(-[a-z]+)?|cloudflare|vercel|netlify|cloudfront|heroku|akamaighost|(fly|deno|bunnycdn).*|google frontend)$/i

/** Programs in front whose bare name tells little. */
const fronts = /^(nginx|caddy|(istio-)?envoy|traefik|openresty|apache|awselb\/2\.0)$/i

const boasts =
  /^(x-powered-by|x-aspnet.*|x-runtime|x-generator|x-debug.*|x-django.*|(x-)?sourcemap)$/

/** What an answer says about the program that made it: FAIL for the first, WARN for the second. */
export const boastsOf = (
  response: HttpResponse | undefined,
): { loud: string[]; quiet: string[] } => {
  const server = headerOf(response, 'server')
  const loud = [...(response?.headers.keys() ?? [])].filter((name) => boasts.test(name))
  const quiet: string[] = []
  if (server && !edges.test(server))
    (fronts.test(server) ? quiet : loud).push(`Server: ${server.slice(0, 60)}`)
  return { loud, quiet }
}
