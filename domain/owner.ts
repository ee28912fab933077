import { codePoints, isStorable } from './text.ts'

declare const proven: unique symbol

/**
 * The person a verified token speaks for. Only an identity adapter makes one, by `ownerOf`, and the operator's command, to
 * which one is named.
 */
export type Owner = string & { readonly [proven]: true }

const SUBJECT_MAX = 255

/**
 * The owner a verified `sub` claim names, or undefined where it can name nobody: not a string, empty,
 * over 255 characters, or with characters that a store could not keep apart. No trimming, no case
 * folding: two subjects are one owner only when they are equal byte for byte (RFC 7519 §4.1.2).
 */
export const ownerOf = (subject: unknown): Owner | undefined =>
  typeof subject === 'string' &&
  subject !== '' &&
  codePoints(subject) <= SUBJECT_MAX &&
  !/\p{Cc}/u.test(subject) &&
  isStorable(subject)
    ? (subject as Owner)
    : undefined
