import { Agent, createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { Readable } from 'node:stream'
import type { ProxyResponse } from '../../bootstrap/system/http-messages.ts'
import { forward, requestOf } from '../../bootstrap/system/reverse-proxy.ts'

/** What a server does in place of an answer, knowing what it should have said. */
export type Spoil = (reply: ServerResponse, answer: ProxyResponse, turn: number) => void

/** The first answers are right, so that a run begins at all. */
const RIGHT = 12

/** Stands in front of a service that keeps the contract, and spoils every so-manieth of its answers. */
export const hostileServer = async (service: string, every: number, spoil: Spoil) => {
  const agent = new Agent({ keepAlive: true })
  const port = Number(new URL(service).port)
  let turn = 0
  const answer = async (message: IncomingMessage, reply: ServerResponse) => {
    const right = await forward(await requestOf(message), port, agent)
    turn += 1
    if (turn > RIGHT && turn % every === 0) return spoil(reply, right, turn)
    head(reply, right).end(message.method === 'HEAD' ? undefined : right.body)
  }
  const server = createServer((message, reply) => {
    answer(message, reply).catch(() => reply.destroy())
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    close: () => {
      server.close()
      server.closeAllConnections()
      agent.destroy()
    },
  }
}

/** Begins the answer, with other headers where they are given; its length is for the body to say. */
export const head = (
  reply: ServerResponse,
  { status, headers }: ProxyResponse,
  others: Readonly<Record<string, string>> = {},
): ServerResponse => {
  const kept = headers.filter(
    ([name]) => !/^(connection|keep-alive|content-length|transfer-encoding|date)$/i.test(name),
  )
  const replaced = kept.filter(([name]) => !(name.toLowerCase() in others))
  return reply.writeHead(status, [...replaced, ...Object.entries(others)].flat())
}

/** A body without end, a few bytes at a time. */
export const endless = (bytes: number, pauseMs: number): Readable =>
  Readable.from(
    (async function* () {
      for (;;) {
        yield Buffer.alloc(bytes, ' ')
        await new Promise((resolve) => setTimeout(resolve, pauseMs).unref())
      }
    })(),
  )

/** A body a byte at a time. */
export const dripping = (body: Buffer, pauseMs: number): Readable =>
  Readable.from(
    (async function* () {
      for (const byte of body) {
        yield Buffer.of(byte)
        await new Promise((resolve) => setTimeout(resolve, pauseMs).unref())
      }
    })(),
  )

/** The same answer with each of its header lines sent again. */
export const twice = (answer: ProxyResponse): ProxyResponse => ({
  ...answer,
  headers: answer.headers.flatMap((line) => [line, line]),
})
