import { X509Certificate } from 'node:crypto'
import { readFileSync } from 'node:fs'

/**
 * The certificates that DATABASE_CA gives, as PEM text or as a file's path.
 *
 * @throws Error whose message completes "<variable> …" and holds neither path nor text
 */
export const certificatesOf = (value: string): string => {
  // dashboards that take one line only hold PEM with \n spelled out
  const text = value.startsWith('-----BEGIN') ? value.replaceAll('\\n', '\n') : contentsOf(value)
  const blocks = text.match(/-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g) ?? []
  if (blocks.length === 0)
    throw new Error('holds no PEM certificate: give the issuer’s certificate')
  for (const block of blocks) {
    try {
      new X509Certificate(block)
    } catch {
      throw new Error('holds a certificate that cannot be parsed: copy it again in full')
    }
  }
  return `${blocks.join('\n')}\n`
}

const contentsOf = (path: string): string => {
  try {
    return readFileSync(path, 'utf8')
  } catch {
    throw new Error('is neither PEM text nor a file that can be read: correct the path')
  }
}
