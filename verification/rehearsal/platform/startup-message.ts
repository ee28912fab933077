import { once } from 'node:events'
import type { Socket } from 'node:net'

/** Codes that a client may send before a startup message (PostgreSQL §55.7). */
export const SSL_REQUEST = 80_877_103
export const GSS_REQUEST = 80_877_104

/** What Neon's proxy passes on (neondatabase/neon, proxy/src/compute/mod.rs, set_startup_params). */
const forwarded = new Set(['user', 'database', 'application_name', 'replication', 'options'])

/** No valid startup message is longer (PostgreSQL, MAX_STARTUP_PACKET_LENGTH). */
const LENGTH_MAX = 10_000

/** The first message on a connection: its length, its code, the rest. A client sends no more before the reply. */
export const firstMessage = async (socket: Socket): Promise<Buffer> => {
  let bytes = Buffer.alloc(0)
  const isComplete = () => bytes.length >= 8 && bytes.length >= bytes.readUInt32BE(0)
  while (!isComplete()) {
    const [more] = (await once(socket, 'data')) as [Buffer]
    bytes = Buffer.concat([bytes, more])
    if (bytes.length > LENGTH_MAX) throw new Error('this is not PostgreSQL')
  }
  socket.pause()
  return bytes
}

export const codeOf = (message: Buffer): number => message.readUInt32BE(4)

/** The startup message without the parameters that Neon drops, and their names. */
export const strippedStartup = (message: Buffer): { kept: Buffer; dropped: string[] } => {
  const words = message.subarray(8).toString('utf8').split('\0')
  const kept: string[] = []
  const dropped: string[] = []
  for (let index = 0; words[index]; index += 2) {
    const name = words[index] ?? ''
    if (forwarded.has(name)) kept.push(name, words[index + 1] ?? '')
    else dropped.push(name)
  }
  const body = Buffer.from(`${[...kept, ''].join('\0')}\0`)
  const head = Buffer.alloc(8)
  head.writeUInt32BE(8 + body.length, 0)
  message.copy(head, 4, 4, 8)
  return { kept: Buffer.concat([head, body]), dropped }
}
