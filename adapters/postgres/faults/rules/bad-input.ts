import { authenticationOk } from '../wire.ts'
import { pause, recovery } from '../world.ts'
import { fails, type Rule } from './rule.ts'

export const badInputRules: readonly Rule[] = [
  {
    id: 'bad input',
    title: 'a server that accepts and never answers ends every request in time',
    check: async (world, subject) => {
      world.proxy.answer([], 'stay')
      await Promise.all([1, 2, 3].map(() => fails(subject.read())))
      world.proxy.answer(undefined)
      await recovery(() => subject.read())
    },
  },
  ...(
    [
      ['HTTP', Buffer.from('HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n')],
      ['a login message cut short', Buffer.from([0x52, 0, 0, 0, 4])],
      ['a SASL challenge without content', Buffer.from([0x52, 0, 0, 0, 8, 0, 0, 0, 11])],
      [
        'a cursor’s message to nobody',
        Buffer.concat([authenticationOk, Buffer.from([0x73, 0, 0, 0, 4])]),
      ],
      ['noise', Buffer.from(Array.from({ length: 4_096 }, (_, n) => (n * n * 31 + 7) % 251))],
    ] as const
  ).map(
    ([what, bytes]): Rule => ({
      id: 'bad input',
      title: `a server that answers ${what} harms nobody`,
      check: async (world, subject) => {
        world.proxy.answer([bytes], 'stay')
        await Promise.all([1, 2, 3].map(() => fails(subject.read())))
        await pause(100)
        world.proxy.answer(undefined)
        await recovery(() => subject.read())
      },
    }),
  ),
]
