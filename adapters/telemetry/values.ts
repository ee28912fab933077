import { createPrivateKey, X509Certificate } from 'node:crypto'
import { readFileSync } from 'node:fs'

/** What is wrong with a value, in words that complete "<name> …" and never repeat it; undefined where nothing is. */
type Check = (value: string) => string | undefined

/** That of W3C baggage, whose form lists have. */
const LIST_MAX = 8_192
/** The SDK drops a whole list for one attribute beyond it. */
const ATTRIBUTE_MAX = 255

export const url: Check = (value) =>
  /^https?:\/\/[^\s"']+$/i.test(value) && URL.canParse(value)
    ? undefined
    : 'is no URL: write http://host:4318 or https://host, without quotes'

/** `/v1/traces` and `/v1/metrics` are put behind it as it stands. */
export const baseUrl: Check = (value) =>
  url(value) ??
  (/[?#]|\/v1\/(traces|metrics)\/*$/.test(value)
    ? 'is more than the base of the two URLs: write it without /v1/… and without ? and #'
    : undefined)

/** Those that frame a message: with another value of them no endpoint understands it. */
const FRAMING = /^(content-(length|type|encoding)|transfer-encoding|connection|upgrade|expect)$/i

/** Names are tokens (RFC 9110 §5.6.2), values visible ASCII once they are decoded; what follows a `;` is no value. */
export const headers: Check = (value) =>
  value.length <= LIST_MAX &&
  value.split(',').every((pair) => {
    const [, name, text = ''] = /^\s*([\w!#$&'*+.^`|~-]+)\s*=([^;]+)$/.exec(pair) ?? []
    const isHeader = name !== undefined && !FRAMING.test(name)
    return isHeader && /^[ -~]+$/.test(decoded(text.trim()) ?? '')
  })
    ? undefined
    : 'is no list of headers: write name=value,name=value in one line, with all but letters and digits in values percent-encoded, and none of the message itself, such as Content-Type'

export const attributes: Check = (value) =>
  value.length <= LIST_MAX &&
  value.split(',').every((pair) => {
    const [name = '', text, ...more] = pair.split('=').map((part) => decoded(part.trim()) ?? '\n')
    const isShort = [name, text ?? ''].every(
      (it) => /^\P{Cc}*$/u.test(it) && it.length <= ATTRIBUTE_MAX,
    )
    return pair.trim() === '' || (name !== '' && text !== undefined && more.length === 0 && isShort)
  })
    ? undefined
    : `is no list of attributes: write name=value,name=value, with , and = inside percent-encoded, and no more than ${ATTRIBUTE_MAX} characters for each`

const decoded = (text: string): string | undefined => {
  try {
    return decodeURIComponent(text)
  } catch {
    return undefined
  }
}

export const oneOf =
  (...words: string[]): Check =>
  (value) =>
    words.includes(value)
      ? undefined
      : `must be ${words.length > 1 ? 'one of ' : ''}${words.join(', ')}`

export const milliseconds: Check = (value) =>
  /^[1-9]\d{0,7}$/.test(value) ? undefined : 'must be a whole number of milliseconds, 1 or more'

/** Nobody wants metrics that often, but somebody who thinks of seconds writes 60. */
export const rareMilliseconds: Check = (value) =>
  /^[1-9]\d{2,7}$/.test(value) ? undefined : 'must be a whole number of milliseconds, 100 or more'

export const share: Check = (value) =>
  /^(0(\.\d+)?|1(\.0+)?)$/.test(value) ? undefined : 'must be a share from 0 to 1, for example 0.1'

export const line: Check = (value) =>
  /^\P{Cc}{1,255}$/u.test(value) ? undefined : 'must be one line of at most 255 characters'

const file =
  (what: string, parse: (pem: Buffer) => unknown): Check =>
  (value) => {
    try {
      parse(readFileSync(value))
      return undefined
    } catch {
      return `names no file with a ${what} in PEM that can be read`
    }
  }

export const certificate = file('certificate', (pem) => new X509Certificate(String(pem)))
export const privateKey = file('private key', createPrivateKey)
