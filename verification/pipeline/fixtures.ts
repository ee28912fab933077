import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { createServer, type RequestListener } from 'node:http'
import type { AddressInfo } from 'node:net'
import { betterAuth } from 'better-auth'
import { memoryAdapter } from 'better-auth/adapters/memory'
import { toNodeHandler } from 'better-auth/node'
import { jwt } from 'better-auth/plugins'

/** A server on a port of its own; what it answers may be given later. */
export const serving = async (listener: RequestListener = (_, response) => response.end()) => {
  const it = { listener, origin: '', close: async () => {} }
  const server = createServer((request, response) => it.listener(request, response))
  await once(server.listen(0, '127.0.0.1'), 'listening')
  it.origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  it.close = async () => {
    server.close()
    server.closeAllConnections()
    await once(server, 'close')
  }
  return it
}

export const password = 'correct horse battery'

/** A real Better Auth with two users, in memory. */
export const authServer = async (plugins = [jwt()]) => {
  delete process.env.BETTER_AUTH_TELEMETRY
  const server = await serving()
  const auth = betterAuth({
    baseURL: server.origin,
    secret: randomBytes(32).toString('hex'),
    database: memoryAdapter({ user: [], session: [], account: [], verification: [], jwks: [] }),
    emailAndPassword: { enabled: true },
    plugins,
    logger: { disabled: true },
    telemetry: { enabled: false },
  })
  server.listener = toNodeHandler(auth)
  for (const name of ['ada', 'bob']) {
    const body = { name, email: `${name}@example.com`, password }
    await auth.api.signUpEmail({ body })
  }
  return { ...server, url: `${server.origin}/api/auth`, jwks: `${server.origin}/api/auth/jwks` }
}

interface Issue {
  number: number
  title: string
  body: string
  state: string
  labels: string[]
  comments: string[]
}

/** As much of GitHub's REST API as issues need, with what it was asked (docs.github.com/rest/issues). */
export const gitHub = async (token: string) => {
  const issues: Issue[] = []
  const server = await serving(async (request, response) => {
    const [path = ''] = request.url?.split('?') ?? []
    const [, number, comments] = /^\/repos\/o\/r\/issues(?:\/(\d+)(\/comments)?)?$/.exec(path) ?? []
    let text = ''
    for await (const chunk of request) text += chunk
    const answer = (status: number, body: unknown) => {
      response.writeHead(status, { 'Content-Type': 'application/json' })
      response.end(JSON.stringify(body))
    }
    if (request.headers.authorization !== `Bearer ${token}`) return answer(401, {})
    const issue = issues.find((it) => String(it.number) === number)
    const body = text === '' ? {} : JSON.parse(text)
    if (request.method === 'GET')
      return answer(
        200,
        issues.filter(({ state }) => state === 'open'),
      )
    if (comments && issue) return answer(201, issue.comments.push(body.body))
    if (issue) return answer(200, Object.assign(issue, body))
    const made = { number: issues.length + 1, state: 'open', comments: [], ...body }
    issues.push(made)
    answer(201, made)
  })
  return { ...server, issues }
}
