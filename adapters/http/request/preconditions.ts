import type { Precondition } from '../../../application/ports/owned-tasks.ts'

/** The strong entity tag of a version (RFC 9110 §8.8.3). */
export const entityTag = (version: number): string => `"${version}"`

/** What a store counts versions up to; a number beyond it can be no tag of ours. */
const VERSION_MAX = 2 ** 31 - 1

const TAG = String.raw`(?:W/)?"[\x21\x23-\x7e\x80-\xff]*"`
// Empty elements of a list are to be passed over (RFC 9110 §5.6.1.2). A no-break space is no white space there.
const TAG_LIST = new RegExp(String.raw`^[ \t,]*${TAG}(?:[ \t]*,[ \t,]*${TAG})*[ \t,]*$`)
const ANY = /^[ \t]*\*[ \t]*$/

/**
 * The versions that `If-Match` asks for, undefined where any will do (RFC 9110 §13.1.1). Tags are compared
 * weakly there too, because proxies that compress make `W/"3"` of `"3"` (nginx's gzip does) and would have
 * every update refused; a version says all that a strong tag does. Nothing in a malformed header matches.
 */
export const ifMatch = (header: string | undefined): Precondition | undefined =>
  header === undefined || ANY.test(header) ? undefined : versionsIn(header)

/** Whether `If-None-Match` names this version (RFC 9110 §13.1.2). */
export const matchesNone = (header: string | undefined, version: number): boolean =>
  header === undefined || (!ANY.test(header) && !versionsIn(header).includes(version))

const versionsIn = (header: string): number[] =>
  TAG_LIST.test(header)
    ? [...header.matchAll(/"([^"]*)"/g)]
        .map(([, tag = '']) => (/^[1-9]\d{0,9}$/.test(tag) ? Number(tag) : 0))
        .filter((version) => version > 0 && version <= VERSION_MAX)
    : []
