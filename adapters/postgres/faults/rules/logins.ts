import { authenticationOk, errorResponse, readyForQuery } from '../wire.ts'
import { settled } from '../world.ts'
import { type Rule, settlesAndHeals, succeeds } from './rule.ts'

export const loginRules: readonly Rule[] = [
  ...(
    [
      ['query_wait_timeout', [authenticationOk, readyForQuery]],
      ['server login has been failing, try again later (server_login_retry)', []],
    ] as const
  ).map(
    ([text, turns]): Rule => ({
      id: 'A-3',
      title: `a pooler that answers a new connection "${text.split(',')[0]}" leaves no rejection unhandled`,
      check: settlesAndHeals(({ proxy }) => {
        const refusal = errorResponse('FATAL', '08P01', text)
        proxy.answer(turns.length > 0 ? [Buffer.concat(turns), refusal] : [refusal])
      }),
    }),
  ),
  {
    id: 'A-4',
    title:
      'a server that accepts and hangs up is dialled a few times a second, and every request ends',
    check: settlesAndHeals(({ proxy }) => proxy.become('hang_up')),
  },
  {
    id: 'A-4',
    title:
      'a server that accepts and resets is dialled a few times a second, and every request ends',
    check: settlesAndHeals(({ proxy }) => proxy.become('reset')),
  },
  ...(
    [
      ['57P03', 'FATAL', 'the database system is starting up'],
      ['XX000', 'ERROR', "Couldn't connect to compute node"],
    ] as const
  ).map(
    ([code, severity, text]): Rule => ({
      id: 'A-4',
      title: `a server that answers ${code} is dialled a few times a second, and every request ends`,
      check: async (world, subject) => {
        // The driver forgets such an answer where a statement was in flight before.
        await succeeds(subject.read())
        const hit = Array.from({ length: 3 }, () => settled(subject.read(8)))
        await world.running('pg_sleep', 3)
        world.proxy.answer([errorResponse(severity, code, text)])
        world.proxy.cut()
        await Promise.all(hit)
        await settlesAndHeals(() => undefined)(world, subject)
      },
    }),
  ),
]
