import { EventEmitter } from 'node:events'
import type { Socket } from 'node:net'
import { coded } from './socket.ts'

/** What postgres.js needs of a socket, and what it never tells of the server behind it. */
export interface GuardedSocket extends EventEmitter {
  /** all that was sent has been answered, and no transaction is open */
  readonly ready: boolean
}

/** All that a server sends to a client that never copies, listens or uses cursors (PostgreSQL §55.7). */
const messages = new Set(Buffer.from('123ACDEIKNSTZntv'))
const [AUTHENTICATION = 0, ERROR = 0, READY = 0] = Buffer.from('REZ')
/** the status in the answer's last message: no transaction is open */
const [IDLE = 0] = Buffer.from('I')
const HEADER_BYTES = 5
const READY_BYTES = 6
const LOGIN_MESSAGE_MAX = 65_536
const NOTHING = Buffer.alloc(0)

/**
 * Stands between a socket and postgres.js, and lets only well-formed messages through. The driver parses logins
 * in promises that nobody holds, so that a few wrong bytes there would end the process as an unhandled
 * rejection; others it prints to the console.
 */
export const guardedSocket = (socket: Socket, onError: () => void): GuardedSocket => {
  /** the first bytes of a message that came in pieces */
  let pieces: Buffer = NOTHING
  /** how much of the current message is still to come */
  let missing = 0
  let loggedIn = false

  /** Whether the message that starts here may pass; those that have to be read come whole. */
  const accept = (chunk: Buffer, at: number, size: number): boolean => {
    const type = chunk[at] as number
    if (type === READY) {
      loggedIn = true
      guarded.ready = chunk[at + HEADER_BYTES] === IDLE
      return size === READY_BYTES
    }
    if (type === ERROR) onError()
    if (loggedIn) return size >= HEADER_BYTES && messages.has(type)
    if (type === AUTHENTICATION) return isSound(chunk.subarray(at + HEADER_BYTES, at + size))
    return size >= HEADER_BYTES && size <= LOGIN_MESSAGE_MAX && messages.has(type)
  }

  /** What may go on to the driver of all that has come; undefined where it is no PostgreSQL. */
  const pass = (news: Buffer): Buffer | undefined => {
    const chunk = pieces.length > 0 ? Buffer.concat([pieces, news]) : news
    let at = missing
    while (at + HEADER_BYTES <= chunk.length) {
      const size = chunk.readUInt32BE(at + 1) + 1
      // The login is short, so its messages can be waited for until they are whole; so is the last of an answer.
      const whole = !loggedIn || chunk[at] === READY
      if (whole && size > LOGIN_MESSAGE_MAX) return undefined
      if (whole && at + size > chunk.length) break
      if (!accept(chunk, at, size)) return undefined
      at += size
    }
    missing = Math.max(0, at - chunk.length)
    pieces = at < chunk.length ? chunk.subarray(at) : NOTHING
    return at < chunk.length ? chunk.subarray(0, at) : chunk
  }

  // Plain values and no accessors: those would make a slow object of the one that every byte passes.
  const guarded = Object.assign(new EventEmitter(), {
    ready: false,
    readyState: socket.readyState,
    write: (bytes: Buffer, done?: () => void) => {
      guarded.ready = false
      return socket.write(bytes, done)
    },
    end: (bytes: Buffer) => socket.end(bytes),
    destroy: () => socket.destroy(),
  })
  socket.on('data', (chunk) => {
    const passed = pass(chunk)
    if (!passed) socket.destroy(coded('PROTOCOL_VIOLATION'))
    else if (passed.length > 0) guarded.emit('data', passed)
  })
  socket.on('error', (error) => guarded.listenerCount('error') > 0 && guarded.emit('error', error))
  socket.on('close', (failed) => {
    guarded.readyState = 'closed'
    guarded.emit('close', failed)
  })
  socket.on('drain', () => guarded.emit('drain'))
  return guarded
}

/** Whether the driver can read a message of the login without throwing (PostgreSQL §55.3, RFC 5802 §5.1). */
const isSound = (body: Buffer): boolean => {
  if (body.length < 4) return false
  const text = body.toString('utf8', 4)
  switch (body.readUInt32BE(0)) {
    case 0: // ok
    case 3: // clear text
      return body.length === 4
    case 5: // MD5
      return body.length === 8
    case 10: // SASL
      return text.split('\0').includes('SCRAM-SHA-256')
    case 11: // its challenge; the driver counts the iterations without yielding
      return /^r=[^,]+,s=[A-Za-z0-9+/=]+,i=[1-9]\d{0,5}$/.test(text)
    case 12: // its end
      return text.startsWith('v=')
    default:
      return false
  }
}
