import { EventEmitter } from 'node:events'
import type { Socket } from 'node:net'
import { coded } from './socket.ts'

/** The part of a socket that postgres.js uses, and whether the server is ready for a statement. */
export interface ProtocolFilter extends EventEmitter {
  /** all that was sent has been answered, and no transaction is open (the driver does not tell) */
  readonly ready: boolean
}

/** The types of messages that a server sends to a client that never copies, listens or uses cursors (PostgreSQL §55.7). */
const messages = new Set(Buffer.from('123ACDEIKNSTZntv'))
const [AUTHENTICATION = 0, ERROR = 0, READY = 0] = Buffer.from('REZ')
/** the transaction status in READY: none is open */
const [IDLE = 0] = Buffer.from('I')
const HEADER_BYTES = 5
const READY_BYTES = 6
const LOGIN_MESSAGE_MAX = 65_536
const NOTHING = Buffer.alloc(0)

/**
 * Stands between a socket and postgres.js and lets only well-formed messages through. The driver parses the login
 * in promises that nobody handles, so a few wrong bytes would end the process with an unhandled rejection; other
 * wrong bytes it prints to the console.
 */
export const protocolFilter = (socket: Socket, onGoodbye: () => void): ProtocolFilter => {
  /** the start of a message whose rest has not arrived */
  let incomplete: Buffer = NOTHING
  /** how many bytes of the current message, passed on already in part, are still to come */
  let missing = 0
  let loggedIn = false

  /** Whether the message that starts here may pass. Those whose content matters are complete. */
  const accept = (chunk: Buffer, at: number, size: number): boolean => {
    const type = chunk[at] as number
    if (type === READY) {
      loggedIn = true
      filtered.ready = chunk[at + HEADER_BYTES] === IDLE
      return size === READY_BYTES
    }
    // An error that answers nothing announces that the server is about to hang up.
    if (type === ERROR && filtered.ready) onGoodbye()
    if (loggedIn) return size >= HEADER_BYTES && messages.has(type)
    if (type === AUTHENTICATION) return isSound(chunk.subarray(at + HEADER_BYTES, at + size))
    return size >= HEADER_BYTES && size <= LOGIN_MESSAGE_MAX && messages.has(type)
  }

  /** The bytes that may go to the driver now; undefined where they break the protocol. */
  const pass = (received: Buffer): Buffer | undefined => {
    const chunk = incomplete.length > 0 ? Buffer.concat([incomplete, received]) : received
    let at = missing
    while (at + HEADER_BYTES <= chunk.length) {
      const size = chunk.readUInt32BE(at + 1) + 1
      // Rows pass as they arrive. Messages of the login and the last one of an answer are short: they are held until complete.
      const whole = !loggedIn || chunk[at] === READY
      if (whole && size > LOGIN_MESSAGE_MAX) return undefined
      if (whole && at + size > chunk.length) break
      if (!accept(chunk, at, size)) return undefined
      at += size
    }
    missing = Math.max(0, at - chunk.length)
    incomplete = at < chunk.length ? chunk.subarray(at) : NOTHING
    return at < chunk.length ? chunk.subarray(0, at) : chunk
  }

  const filtered = Object.assign(new EventEmitter(), {
    ready: false,
    readyState: socket.readyState,
    write: (bytes: Buffer, done?: () => void) => {
      filtered.ready = false
      return socket.write(bytes, done)
    },
    end: (bytes: Buffer) => socket.end(bytes),
    destroy: () => socket.destroy(),
  })
  socket.on('data', (chunk) => {
    const passed = pass(chunk)
    if (!passed) socket.destroy(coded('PROTOCOL_VIOLATION'))
    else if (passed.length > 0) filtered.emit('data', passed)
  })
  socket.on(
    'error',
    (error) => filtered.listenerCount('error') > 0 && filtered.emit('error', error),
  )
  socket.on('close', (failed) => {
    filtered.readyState = 'closed'
    filtered.emit('close', failed)
  })
  socket.on('drain', () => filtered.emit('drain'))
  return filtered
}

/** Whether the driver can parse an authentication message without throwing (PostgreSQL §55.3, RFC 5802 §5.1). */
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
