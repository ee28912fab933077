import { generateKeyPairSync, type KeyObject, randomBytes, sign } from 'node:crypto'
import { der } from '../../tokens/forgeries-certificate.ts'

/** Tags of DER (X.690 §8) that a certificate with extensions needs. */
const tag = { boolean: 1, integer: 2, bits: 3, octets: 4, oid: 6, utf8: 12, time: 23 } as const
const [SEQUENCE, SET, NAME, VERSION, EXTENSIONS] = [0x30, 0x31, 0x82, 0xa0, 0xa3]

/** Object identifiers, as DER writes them. */
const oids = {
  ecdsaWithSha256: '2a8648ce3d040302',
  commonName: '550403',
  basicConstraints: '551d13',
  keyUsage: '551d0f',
  extendedKeyUsage: '551d25',
  serverAuth: '2b06010505070301',
  subjectAltName: '551d11',
} as const

const DAY_MS = 86_400_000
/** The live suite asks for two weeks at least. */
const DAYS = 30

/** A certificate and its key in PEM. */
export interface Identity {
  certificate: string
  key: string
}

export interface Authority {
  /** what whoever is to believe it has to be given */
  certificate: string
  /** A certificate for a server of these names. */
  issue(names: readonly string[]): Identity
}

/** An authority that nobody outside knows, and whose key is never written down. */
export const authority = (): Authority => {
  const own = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  const name = 'Rehearsal CA'
  const certify = (subject: string, key: KeyObject, extensions: readonly Buffer[]) =>
    pem('CERTIFICATE', certificate({ issuer: name, subject, key, extensions }, own.privateKey))
  return {
    certificate: certify(name, own.publicKey, [
      extension(oids.basicConstraints, der(SEQUENCE, der(tag.boolean, Buffer.from([255]))), true),
      // digitalSignature, keyCertSign and cRLSign (RFC 5280 §4.2.1.3)
      extension(oids.keyUsage, der(tag.bits, Buffer.from([1, 0x86])), true),
    ]),
    issue: (names) => {
      const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
      const alternatives = names.map((it) => der(NAME, Buffer.from(it)))
      return {
        certificate: certify(names[0] ?? '', publicKey, [
          extension(oids.extendedKeyUsage, der(SEQUENCE, oid(oids.serverAuth))),
          extension(oids.subjectAltName, der(SEQUENCE, ...alternatives)),
        ]),
        key: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
      }
    },
  }
}

interface Contents {
  issuer: string
  subject: string
  key: KeyObject
  extensions: readonly Buffer[]
}

/** RFC 5280 §4.1 */
const certificate = ({ issuer, subject, key, extensions }: Contents, signer: KeyObject): Buffer => {
  const algorithm = der(SEQUENCE, oid(oids.ecdsaWithSha256))
  const content = der(
    SEQUENCE,
    der(VERSION, der(tag.integer, Buffer.from([2]))),
    // Positive: the first bit is no sign.
    der(tag.integer, Buffer.from([1]), randomBytes(15)),
    algorithm,
    nameOf(issuer),
    der(SEQUENCE, timeOf(Date.now() - DAY_MS), timeOf(Date.now() + DAYS * DAY_MS)),
    nameOf(subject),
    key.export({ type: 'spki', format: 'der' }),
    der(EXTENSIONS, der(SEQUENCE, ...extensions)),
  )
  const signature = sign('sha256', content, signer)
  return der(SEQUENCE, content, algorithm, der(tag.bits, Buffer.from([0]), signature))
}

const oid = (hex: string) => der(tag.oid, Buffer.from(hex, 'hex'))

const nameOf = (name: string) =>
  der(SEQUENCE, der(SET, der(SEQUENCE, oid(oids.commonName), der(tag.utf8, Buffer.from(name)))))

/** UTCTime: 261123213000Z */
const timeOf = (ms: number) =>
  der(tag.time, Buffer.from(`${new Date(ms).toISOString().slice(2, 19).replaceAll(/\D/g, '')}Z`))

const extension = (id: string, value: Buffer, critical = false) =>
  der(
    SEQUENCE,
    oid(id),
    ...(critical ? [der(tag.boolean, Buffer.from([255]))] : []),
    der(tag.octets, value),
  )

const pem = (label: string, bytes: Buffer): string =>
  `-----BEGIN ${label}-----\n${bytes.toString('base64').replaceAll(/.{1,64}/g, '$&\n')}-----END ${label}-----\n`
