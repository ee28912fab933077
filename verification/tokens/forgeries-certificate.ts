import { type KeyObject, sign } from 'node:crypto'

/** Tags of DER that a certificate needs (X.690 §8). */
const [INTEGER, BITS, NULL, OID, UTF8, TIME, SEQUENCE, SET] = [2, 3, 5, 6, 12, 23, 0x30, 0x31]

/** A self-signed certificate of an RSA key (RFC 5280 §4.1), for it is no secret that anybody can make one. */
export const selfSigned = (publicKey: KeyObject, privateKey: KeyObject): Buffer => {
  const sha256WithRsa = der(SEQUENCE, der(OID, Buffer.from('2a864886f70d01010b', 'hex')), der(NULL))
  const commonName = der(OID, Buffer.from('550403', 'hex'))
  const name = der(SEQUENCE, der(SET, der(SEQUENCE, commonName, der(UTF8, Buffer.from('vrf')))))
  const validity = der(SEQUENCE, ...['200101000000Z', '491231235959Z'].map(time))
  const spki = publicKey.export({ type: 'spki', format: 'der' })
  const serial = der(INTEGER, Buffer.from([1]))
  const content = der(SEQUENCE, serial, sha256WithRsa, name, validity, name, spki)
  const signature = sign('sha256', content, privateKey)
  return der(SEQUENCE, content, sha256WithRsa, der(BITS, Buffer.from([0]), signature))
}

const time = (text: string) => der(TIME, Buffer.from(text))

/** A value of DER: its tag, its length, its parts. */
const der = (tag: number, ...parts: readonly Uint8Array[]): Buffer => {
  const content = Buffer.concat(parts)
  const { length } = content
  const long =
    length < 0x80 ? [length] : length < 0x100 ? [0x81, length] : [0x82, length >> 8, length & 0xff]
  return Buffer.concat([Buffer.from([tag, ...long]), content])
}
