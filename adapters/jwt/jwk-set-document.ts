import { KeySetError } from './key-set-error.ts'

/** Enough for a cold start of the auth server, and well within the 10 s that a request may take. */
export const FETCH_TIMEOUT_MS = 3_000
/** Enough for a hundred RSA keys with their certificates. */
export const DOCUMENT_BYTES_MAX = 256 * 1024

export type Fetch = typeof globalThis.fetch

/**
 * Downloads the JWK Set at the URL, as bytes.
 *
 * @throws KeySetError, or the error of the way there, where it does not arrive whole and in time; also for a
 * redirect, since only the configured URL is trusted to name keys
 */
export const jwkSetDocument = async (
  url: URL,
  fetch: Fetch,
  timeoutMs: number,
): Promise<Buffer> => {
  const abort = new AbortController()
  let timer: NodeJS.Timeout | undefined
  // The deadline rejects by itself, so that it holds even where the given fetch ignores its signal.
  const overdue = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new KeySetError('TIMEOUT')), timeoutMs)
  })
  try {
    return await Promise.race([download(url, fetch, abort.signal), overdue])
  } finally {
    clearTimeout(timer)
    abort.abort()
  }
}

const download = async (url: URL, fetch: Fetch, signal: AbortSignal): Promise<Buffer> => {
  const headers = { accept: 'application/jwk-set+json, application/json' }
  const { status, body } = await fetch(url, { headers, redirect: 'manual', signal })
  if (status !== 200) throw new KeySetError(`HTTP_${status}`)
  const chunks: Uint8Array[] = []
  let bytes = 0
  for await (const chunk of body ?? []) {
    bytes += chunk.length
    if (bytes > DOCUMENT_BYTES_MAX) throw new KeySetError('TOO_LARGE')
    chunks.push(chunk)
  }
  return Buffer.concat(chunks)
}
