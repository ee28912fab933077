import { isDeepStrictEqual } from 'node:util'
import { checksOf } from '../../engine/check.ts'
import { type CheckContext, TASKS } from '../../engine/check-context.ts'
import { isFromOutside } from '../../engine/http/edge.ts'
import type { Asked } from '../ask-shaped.ts'
import { askedForMethods } from '../exposure/methods.ts'
import { varied } from '../reachability/paths.ts'
import {
  askedWithout,
  isMisplaced,
  isPlain,
  misplacedCells,
  shapedCells,
  withoutToken,
} from './elsewhere/misplaced.ts'
import { about } from './session.ts'
import { comparable, expect401 } from './unauthorized.ts'

const expectRefused = (context: CheckContext, { shaped: it, exchange }: Asked) =>
  expect401(
    context,
    exchange,
    `no token on ${it.route.name} with ${it.names.join(', ') || 'nothing else'}`,
    'token_missing',
  )

/** What happens without any token. */
export const anonymousChecks = checksOf(about, {
  'A-01': {
    promise: 'lets nobody in without a token, on any operation',
    severity: 'critical',
    // FastAPI's HTTPBearer said 403 (issue 10177): clients then do not ask for a token.
    fix: 'put the guard in front of every operation that the contract calls an owner’s',
    cells: withoutToken,
    run: async (context) => {
      const asked = await askedWithout(context)
      for (const it of asked) if (isPlain(it.shaped)) expectRefused(context, it)
    },
  },
  'A-12': {
    promise: 'reads the method from the request line only',
    severity: 'high',
    fix: 'remove method overriding',
    run: async (context) => {
      // Of an id it tells nothing: any that may be one is a path of the contract.
      for (const { exchange } of await askedForMethods(context))
        context.expectStatus(exchange, 204, 405)
    },
  },
  'A-13': {
    promise: 'cannot be walked around by another spelling of a path, or shape of a request',
    severity: 'critical',
    // OWASP WSTG ATHZ-02; hono CVE-2026-47676: guard and router read a path differently.
    cells: shapedCells,
    fix: 'let the router that finds the operation also ask for the token',
    run: async (context) => {
      const asked = await askedWithout(context)
      for (const it of asked)
        if (!isMisplaced(it.shaped) && !isPlain(it.shaped)) expectRefused(context, it)
      // RFC 9112 §3.2.2: what a proxy is asked, which guards that match the beginning of a path do not know.
      const absolute = {
        path: `${context.settings.target.origin}${TASKS}`,
        raw: true,
        version: '1.1',
      } as const
      // Other ways to write the address of the list: the guard must stand where the route is.
      const others = (await varied(context)).filter(({ request }) => /tasks/i.test(request.path))
      // With users it is asked for among odd forms.
      const isDue = context.settings.users === undefined
      const proxied = isDue ? [await context.send({ ...absolute, parserMayRefuse: true })] : []
      for (const exchange of [...others, ...proxied]) {
        // A proxy that will not have it keeps it from everybody.
        const isKept = exchange.edge && exchange.response?.status === 403
        if (!isKept && !isFromOutside(exchange)) context.expectStatus(exchange, 400, 401, 404)
      }
    },
  },
  'A-14': {
    promise: 'takes no token from anywhere but Authorization, on any operation',
    severity: 'high',
    fix: 'read the Authorization header in one place, for all operations',
    needs: ['users'],
    cells: misplacedCells,
    run: async (context) => {
      const asked = await askedWithout(context)
      for (const it of asked) if (isMisplaced(it.shaped)) expectRefused(context, it)
    },
  },
  'A-83': {
    promise: 'asks for a token before it reads anything else',
    severity: 'medium',
    fix: 'authenticate before parsing the body and before looking for the task',
    needs: ['users'],
    run: async (context) => {
      const asked = await askedWithout(context)
      const unreadable = await context.send({
        method: 'POST',
        path: TASKS,
        headers: [['Content-Type', 'text/plain']],
        body: `{"title":${'x'.repeat(70_000)}`,
      })
      const plain = asked.find(({ shaped }) => shaped.route.id === 'createTask')?.exchange
      const what = 'a body of the wrong kind, size and syntax without a token'
      const isRefused = expect401(context, unreadable, what, 'token_missing')
      if (isRefused && plain?.response?.status === 401)
        context.expect(
          isDeepStrictEqual(comparable(unreadable), comparable(plain)),
          unreadable,
          'one answer whatever there is to be found',
          'it differs from the answer to another request without a token',
        )
    },
  },
})
