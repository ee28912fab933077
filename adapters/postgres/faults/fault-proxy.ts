import { connect, createServer, type Server, type Socket } from 'node:net'

/**
 * What the network does to a connection.
 * - `pass`: nothing
 * - `refuse`: nobody listens; what is open is reset
 * - `reset`: accepted, then reset
 * - `hang_up`: accepted, then closed in good order before a word was said
 * - `black_hole`: accepted, and every byte is lost; so are those of open connections, for ever: a network that
 *   heals does not bring back what its routers have forgotten
 * - `deaf`: the server hears the client, the client does not hear the server
 */
export type NetworkFault = 'pass' | 'refuse' | 'reset' | 'hang_up' | 'black_hole' | 'deaf'

/** A TCP proxy before a database, whose faults can be switched while connections are open. */
export interface FaultProxy {
  readonly port: number
  /** The same URL, by way of the proxy. */
  through(url: string): string
  become(fault: NetworkFault): Promise<void>
  /** Every new connection waits this long for the server's first byte. */
  delay(ms: number): void
  /** From now on everything takes this long on its way there and back, as from another region. */
  distance(ms: number): void
  /** Every new connection is answered with these bytes, one item for each time the client speaks; then closed. */
  answer(turns: Buffer[] | undefined, then?: 'close' | 'stay'): void
  /** Resets what is open. */
  cut(): void
  /** when each connection came, by `performance.now()` */
  readonly dials: number[]
  /** how often clients have sent something */
  readonly spoken: number
  /** Resolves when the server next answers a client. */
  answered(): Promise<void>
  close(): Promise<void>
}

interface Pair {
  client: Socket
  server?: Socket
  /** lost for good */
  dead: boolean
}

export const faultProxy = async (target: string): Promise<FaultProxy> => {
  const upstream = { host: new URL(target).hostname, port: Number(new URL(target).port) }
  const pairs = new Set<Pair>()
  const dials: number[] = []
  let fault: NetworkFault = 'pass'
  let delayMs = 0
  let distanceMs = 0
  let script: { turns: Buffer[]; then: 'close' | 'stay' } | undefined
  let spoken = 0
  const listeners: (() => void)[] = []

  const accept = (client: Socket) => {
    dials.push(performance.now())
    const pair: Pair = { client, dead: fault === 'black_hole' }
    pairs.add(pair)
    client.on('error', () => undefined)
    client.on('end', () => pair.dead || client.end())
    client.on('close', () => {
      pairs.delete(pair)
      pair.server?.destroy()
    })
    if (fault === 'reset') return reset(client)
    if (fault === 'hang_up') return client.end()
    if (script) return recite(client, script)
    forward(pair)
  }

  const recite = (client: Socket, { turns, then }: { turns: Buffer[]; then: 'close' | 'stay' }) => {
    let turn = 0
    client.on('data', () => {
      spoken += 1
      const bytes = turns[turn]
      turn += 1
      if (bytes) client.write(bytes)
      if (turn >= turns.length && then === 'close') client.end()
    })
  }

  const forward = (pair: Pair) => {
    const { client } = pair
    const server = connect({ ...upstream, noDelay: true })
    pair.server = server
    server.on('error', () => reset(client))
    // What died in a black hole is not heard of again.
    server.on('end', () => arrive(() => pair.dead || client.end()))
    client.on('end', () => pair.dead || server.end())
    server.on('close', () => arrive(() => pair.dead || client.destroy()))
    client.on('data', (bytes) => {
      spoken += 1
      arrive(() => pair.dead || server.write(bytes))
    })
    const opened = performance.now() + delayMs
    server.on('data', (bytes) => {
      const tell = () => {
        if (pair.dead || fault === 'deaf' || client.destroyed) return
        arrive(() => client.write(bytes))
        for (const listener of listeners.splice(0)) listener()
      }
      const wait = opened - performance.now()
      if (delayMs > 0 && wait > 0) setTimeout(tell, wait).unref()
      else tell()
    })
  }

  /** Timers of one length end in the order in which they began. */
  const arrive = (deliver: () => unknown) => {
    if (distanceMs === 0) deliver()
    else setTimeout(deliver, distanceMs / 2)
  }

  let server: Server
  const listen = (port: number) =>
    new Promise<number>((resolve, reject) => {
      server = createServer({ noDelay: true, allowHalfOpen: true }, accept)
      server.once('error', reject)
      server.listen(port, '127.0.0.1', () => {
        const address = server.address()
        resolve(typeof address === 'object' && address ? address.port : 0)
      })
    })
  const cut = () => {
    for (const { client, server: other } of pairs) {
      reset(client)
      other?.destroy()
    }
  }
  const deafen = () =>
    new Promise<void>((resolve) => {
      server.close(() => resolve())
      cut()
    })

  const port = await listen(0)
  return {
    port,
    through: (url) => {
      const changed = new URL(url)
      changed.host = `127.0.0.1:${port}`
      return changed.href
    },
    become: async (next) => {
      const listening = fault !== 'refuse'
      fault = next
      if (next === 'black_hole') for (const pair of pairs) pair.dead = true
      if (next === 'refuse' && listening) await deafen()
      if (next !== 'refuse' && !listening) await listen(port)
    },
    delay: (ms) => {
      delayMs = ms
    },
    distance: (ms) => {
      distanceMs = ms
    },
    answer: (turns, then = 'close') => {
      script = turns && { turns, then }
    },
    cut,
    dials,
    get spoken() {
      return spoken
    },
    answered: () => new Promise((resolve) => listeners.push(resolve)),
    close: async () => {
      if (fault !== 'refuse') await deafen()
    },
  }
}

/** A socket that is half closed cannot be reset (libuv, uv_tcp_close_reset): its handle would stay for ever. */
const reset = (socket: Socket): void => {
  if (socket.writableEnded || socket.destroyed) socket.destroy()
  else socket.resetAndDestroy()
}
