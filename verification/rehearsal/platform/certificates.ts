import 'reflect-metadata'
import type { webcrypto } from 'node:crypto'
import {
  BasicConstraintsExtension,
  ExtendedKeyUsage,
  ExtendedKeyUsageExtension,
  type Extension,
  KeyUsageFlags,
  KeyUsagesExtension,
  PemConverter,
  SubjectAlternativeNameExtension,
  X509CertificateGenerator,
} from '@peculiar/x509'

const ALGORITHM = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' }
const DAY_MS = 86_400_000
/** The live suite asks for two weeks at least. */
const DAYS = 30

/** A certificate and its private key in PEM, named as Node's tls takes them. */
export interface KeyPair {
  cert: string
  key: string
}

export interface CertificateAuthority {
  /** in PEM, for those who have to trust it */
  certificate: string
  /** A certificate for a server of these names. */
  issue(names: readonly string[]): Promise<KeyPair>
}

/** A private authority, whose key is never written down. */
export const certificateAuthority = async (): Promise<CertificateAuthority> => {
  const issuer = 'CN=Rehearsal CA'
  const { publicKey: own, privateKey: signingKey } = await keyPair()
  const certificate = async (
    subject: string,
    publicKey: webcrypto.CryptoKey,
    extensions: Extension[],
  ) =>
    (
      await X509CertificateGenerator.create({
        issuer,
        subject,
        publicKey,
        signingKey,
        signingAlgorithm: ALGORITHM,
        notBefore: new Date(Date.now() - DAY_MS),
        notAfter: new Date(Date.now() + DAYS * DAY_MS),
        extensions,
      })
    ).toString('pem')
  const { digitalSignature, keyCertSign, cRLSign } = KeyUsageFlags
  return {
    certificate: await certificate(issuer, own, [
      new BasicConstraintsExtension(true, undefined, true),
      new KeyUsagesExtension(digitalSignature | keyCertSign | cRLSign, true),
    ]),
    issue: async (names) => {
      const { publicKey, privateKey } = await keyPair()
      const dns = names.map((value) => ({ type: 'dns' as const, value }))
      return {
        cert: await certificate(`CN=${names[0]}`, publicKey, [
          new ExtendedKeyUsageExtension([ExtendedKeyUsage.serverAuth]),
          new SubjectAlternativeNameExtension(dns),
        ]),
        key: PemConverter.encode(await crypto.subtle.exportKey('pkcs8', privateKey), 'PRIVATE KEY'),
      }
    },
  }
}

const keyPair = () => crypto.subtle.generateKey(ALGORITHM, true, ['sign', 'verify'])
