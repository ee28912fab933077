import 'reflect-metadata'
import { X509CertificateGenerator } from '@peculiar/x509'

const RS256 = {
  name: 'RSASSA-PKCS1-v1_5',
  hash: 'SHA-256',
  modulusLength: 2048,
  publicExponent: Uint8Array.of(1, 0, 1),
}

/** A self-signed certificate and its keys: it is no secret that anybody can make one. */
export const selfSigned = async () => {
  const keys = await crypto.subtle.generateKey(RS256, true, ['sign', 'verify'])
  const certificate = await X509CertificateGenerator.createSelfSigned({
    name: 'CN=vrf',
    notBefore: new Date('2020-01-01'),
    notAfter: new Date('2049-12-31'),
    signingAlgorithm: RS256,
    keys,
  })
  return { ...keys, certificate }
}
