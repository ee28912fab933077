import { get } from 'node:http'
import { connect, type PeerCertificate, type SecureVersion, type TLSSocket } from 'node:tls'

const HANDSHAKE_MS = 8_000

interface Handshake {
  protocol?: string | null
  certificate?: PeerCertificate
  /** code or message of what kept it from succeeding */
  refused?: string
}

/** Attempts a handshake with some versions of TLS alone. Judges the certificate unless the versions are old. */
export const shake = (url: URL, versions: { min?: SecureVersion; max?: SecureVersion } = {}) =>
  new Promise<Handshake>((resolve) => {
    const host = url.hostname.replaceAll(/[[\]]/g, '')
    const old = versions.max === 'TLSv1.1'
    const settle = (outcome: Handshake, socket?: TLSSocket) => {
      resolve(outcome)
      socket?.destroy()
    }
    try {
      const socket = connect({
        host,
        port: Number(url.port || 443),
        // RFC 6066 §3: no addresses here.
        ...(/^[\d.]+$|:/.test(host) ? {} : { servername: host }),
        rejectUnauthorized: !old,
        timeout: HANDSHAKE_MS,
        ...(versions.min && { minVersion: versions.min }),
        ...(versions.max && { maxVersion: versions.max }),
        // OpenSSL 3 offers TLS 1.1 only at this level: without it the refusal would be our own.
        ...(old && { ciphers: 'DEFAULT:@SECLEVEL=0' }),
      })
      socket.once('secureConnect', () =>
        settle(
          { protocol: socket.getProtocol(), certificate: socket.getPeerCertificate() },
          socket,
        ),
      )
      socket.once('timeout', () => settle({ refused: 'no handshake in time' }, socket))
      socket.once('error', (error: NodeJS.ErrnoException) =>
        settle({ refused: error.code ?? error.message }, socket),
      )
    } catch (error) {
      settle({ refused: (error as NodeJS.ErrnoException).code ?? 'unable to try' })
    }
  })

interface Plain {
  status?: number
  location?: string
}

/** `/health` without TLS, with credentials that are none: a real token never travels in the clear. */
export const unencrypted = (host: string) =>
  new Promise<Plain>((resolve) => {
    const request = get(
      `http://${host}/health`,
      { headers: { Authorization: 'Bearer dummy' }, timeout: HANDSHAKE_MS },
      (response) => {
        response.resume()
        const { statusCode: status, headers } = response
        resolve({
          ...(status && { status }),
          ...(headers.location && { location: headers.location }),
        })
      },
    )
    request.once('timeout', () => request.destroy())
    request.once('error', () => resolve({}))
  })
