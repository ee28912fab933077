import { once } from 'node:events'
import { type AddressInfo, connect, createServer, type Socket } from 'node:net'
import { TLSSocket } from 'node:tls'
import { errorResponse } from '../../../adapters/postgres/faults/wire.ts'
import type { KeyPair } from './certificates.ts'
import {
  codeOf,
  firstMessage,
  GSS_REQUEST,
  SSL_REQUEST,
  strippedStartup,
} from './startup-message.ts'

export interface Endpoint {
  port: number
  /** names of startup parameters that were lost here */
  readonly dropped: ReadonlySet<string>
  close(): Promise<void>
}

/**
 * A host of Neon as clients meet it: it speaks TLS only and requires a server name, drops most startup parameters,
 * holds a connection while the compute behind it wakes, and reports every failure as XX000. `wake` resolves with the
 * port to connect to, or rejects with what Neon would say.
 */
export const endpoint = async (tls: KeyPair, wake: () => Promise<number>): Promise<Endpoint> => {
  const dropped = new Set<string>()
  const sockets = new Set<Socket>()

  const accept = async (raw: Socket) => {
    track(raw)
    const code = codeOf(await firstMessage(raw))
    if (code === GSS_REQUEST) {
      raw.write('N')
      raw.resume()
      return accept(raw)
    }
    if (code !== SSL_REQUEST)
      return refuse(raw, 'connection is insecure (try using `sslmode=require`)')
    raw.write('S')
    const client = new TLSSocket(raw, { isServer: true, ...tls })
    track(client)
    await once(client, 'secure')
    const startup = strippedStartup(await firstMessage(client))
    for (const name of startup.dropped) dropped.add(name)
    // Set by Node on the server's side once a client has named the server (RFC 6066 §3).
    if (!(client as TLSSocket & { servername?: string }).servername)
      return refuse(client, 'Endpoint ID is not specified')
    const port = await wake().catch((error: Error) => refuse(client, error.message))
    if (port === undefined || client.destroyed) return
    const server = connect({ port, host: '127.0.0.1', noDelay: true })
    track(server)
    server.once('error', () => refuse(client, "Couldn't connect to compute node"))
    await once(server, 'connect')
    server.write(startup.kept)
    client.pipe(server).pipe(client)
    client.once('close', () => server.destroy())
    server.once('close', () => client.destroySoon())
  }
  const track = (socket: Socket) => {
    sockets.add(socket)
    socket.on('error', () => socket.destroy())
    socket.once('close', () => sockets.delete(socket))
  }
  const refuse = (socket: Socket, message: string): undefined => {
    if (!socket.destroyed) socket.end(errorResponse('ERROR', 'XX000', message))
  }

  const server = createServer({ noDelay: true }, (raw) => {
    accept(raw).catch(() => raw.destroy())
  })
  await once(server.listen(0, '127.0.0.1'), 'listening')
  return {
    port: (server.address() as AddressInfo).port,
    dropped,
    close: async () => {
      server.close()
      for (const socket of sockets) socket.destroy()
      await once(server, 'close')
    },
  }
}
