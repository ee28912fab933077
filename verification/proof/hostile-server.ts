import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { Readable } from 'node:stream'
import { buffer } from 'node:stream/consumers'
import { Pool } from 'undici'

/** What a server does in place of an answer. `body` is what it should have said. */
export type Spoil = (
  reply: ServerResponse,
  answer: { status: number; headers: Record<string, string | string[]>; body: Buffer },
  turn: number,
) => void

/** The first answers are right, so that a run begins at all. */
const RIGHT = 12

/** Stands in front of a service that keeps the contract, and spoils every so-manieth of its answers. */
export const hostileServer = async (service: string, every: number, spoil: Spoil) => {
  const pool = new Pool(service)
  let turn = 0
  const answer = async (message: IncomingMessage, reply: ServerResponse) => {
    const body = await buffer(message)
    const { rawHeaders, method = 'GET', url = '/' } = message
    const kept = rawHeaders.filter(
      (_, index) =>
        !/^(connection|transfer-encoding|content-length)$/i.test(nameAt(rawHeaders, index)),
    )
    const got = await pool.request({
      path: url,
      method: method as 'GET',
      headers: kept,
      body: body.length > 0 ? body : null,
    })
    const headers = Object.fromEntries(
      Object.entries(got.headers).filter(([name]) => !/^(connection|keep-alive)$/.test(name)),
    ) as Record<string, string | string[]>
    const received = Buffer.from(await got.body.arrayBuffer())
    turn += 1
    if (turn > RIGHT && turn % every === 0)
      return spoil(reply, { status: got.statusCode, headers, body: received }, turn)
    reply.writeHead(got.statusCode, headers)
    reply.end(method === 'HEAD' ? undefined : received)
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
      pool.destroy().catch(() => undefined)
    },
  }
}

const nameAt = (rawHeaders: readonly string[], index: number) =>
  rawHeaders[index - (index % 2)] ?? ''

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
