/** A signature that is wrong in one part or in one way of comparing it. */
export interface BadSignature {
  /** as the end of "a token …" */
  name: string
  signature: Uint8Array | string
  /** one of many places: not tried in every run */
  rare?: true
}

/** How many places of a signature are tried, besides its ends: of 32 bytes every fourth. */
const PLACES = 8

/** All ways of being wrong while being as long as the right one, made of it: first what a comparison easily misses. */
export const badSignatures = (right: string): BadSignature[] => {
  const bytes = Buffer.from(right, 'base64url')
  const at = (place: number) => bytes.map((byte, index) => (index === place ? byte ^ 0b100 : byte))
  const places = Array.from({ length: PLACES }, (_, index) =>
    Math.floor((bytes.length * index) / PLACES),
  ).filter((place) => place > 0 && place !== Math.floor(bytes.length / 2))
  return [
    { name: 'with one bit of the signature flipped', signature: at(Math.floor(bytes.length / 2)) },
    { name: 'with another first byte of the signature', signature: at(0) },
    { name: 'with another last byte of the signature', signature: at(bytes.length - 1) },
    { name: 'with the signature in letters of the other case', signature: otherCase(right) },
    { name: 'with two bytes of the signature in each other’s place', signature: swapped(bytes) },
    { name: 'with the signature backwards', signature: bytes.toReversed(), rare: true },
    ...places.map(
      (place): BadSignature => ({
        name: `with another byte ${place} of the signature`,
        signature: at(place),
        rare: true,
      }),
    ),
  ]
}

/** But for the last letter, which could be no end of base64url in the other case. */
const otherCase = (text: string): string =>
  text.replaceAll(/[a-zA-Z](?!$)/g, (letter) =>
    letter === letter.toLowerCase() ? letter.toUpperCase() : letter.toLowerCase(),
  )

/** The same bytes, the same sum of them. */
const swapped = (bytes: Uint8Array): Uint8Array => {
  const place = bytes.findIndex((byte, index) => index > 0 && byte !== bytes[index - 1])
  return bytes.map((byte, index) =>
    index === place - 1 ? (bytes[place] ?? 0) : index === place ? (bytes[place - 1] ?? 0) : byte,
  )
}
