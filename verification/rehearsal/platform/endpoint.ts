import { once } from 'node:events'
import { type AddressInfo, connect, createServer, type Socket } from 'node:net'
import { TLSSocket } from 'node:tls'
import { errorResponse } from '../../../adapters/postgres/faults/wire.ts'
import type { Identity } from './certificates.ts'
import { codeOf, firstMessage, GSS_REQUEST, SSL_REQUEST, strippedStartup } from './startup.ts'

export interface Endpoint {
  port: number
  /** names of startup parameters that were lost here */
  readonly dropped: ReadonlySet<string>
  close(): Promise<void>
}

interface EndpointOptions {
  identity: Identity
  /** The port of what answers, once it is awake. @throws Error with Neon's words where it cannot be had */
  awake(): Promise<number>
}

/**
 * A host of Neon as clients meet it: it speaks TLS only and wants to be told its name, loses most startup
 * parameters, holds a connection while the compute behind it wakes, and reports all it has to say as XX000.
 */
export const endpoint = async ({ identity, awake }: EndpointOptions): Promise<Endpoint> => {
  const dropped = new Set<string>()
  const sockets = new Set<Socket>()
  const { certificate: cert, key } = identity

  const accept = async (raw: Socket) => {
    keep(raw)
    const asked = await firstMessage(raw)
    if (codeOf(asked) === GSS_REQUEST) {
      raw.write('N')
      raw.resume()
      return accept(raw)
    }
    if (codeOf(asked) !== SSL_REQUEST)
      return refuse(raw, 'connection is insecure (try using `sslmode=require`)')
    raw.write('S')
    const client = new TLSSocket(raw, { isServer: true, cert, key })
    keep(client)
    await once(client, 'secure')
    const startup = strippedStartup(await firstMessage(client))
    for (const name of startup.dropped) dropped.add(name)
    // Set by Node on the server's side once a client has named the server (RFC 6066 §3).
    if (!(client as TLSSocket & { servername?: string }).servername)
      return refuse(client, 'Endpoint ID is not specified')
    const port = await awake().catch((error: Error) => refuse(client, error.message))
    if (port === undefined || client.destroyed) return
    const server = connect({ port, host: '127.0.0.1', noDelay: true })
    keep(server)
    server.once('error', () => refuse(client, "Couldn't connect to compute node"))
    await once(server, 'connect')
    server.write(startup.kept)
    client.pipe(server).pipe(client)
    client.once('close', () => server.destroy())
    server.once('close', () => client.destroySoon())
  }
  const keep = (socket: Socket) => {
    sockets.add(socket)
    socket.on('error', () => socket.destroy())
    socket.once('close', () => sockets.delete(socket))
  }
  const refuse = (socket: Socket, text: string): undefined => {
    if (!socket.destroyed) socket.end(errorResponse('ERROR', 'XX000', text))
  }

  const listener = createServer({ noDelay: true }, (raw) => {
    accept(raw).catch(() => raw.destroy())
  })
  await once(listener.listen(0, '127.0.0.1'), 'listening')
  return {
    port: (listener.address() as AddressInfo).port,
    dropped,
    close: async () => {
      listener.close()
      for (const socket of sockets) socket.destroy()
      await once(listener, 'close')
    },
  }
}
