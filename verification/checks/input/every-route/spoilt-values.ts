import type { TSchema } from 'typebox'
import { withKeptLimits } from '../../../../adapters/http/contract/kept-limits.ts'
import { Task } from '../../../../adapters/http/contract/schemas.ts'
import { MARKER_TAG } from '../../../engine/check-context.ts'

/** What of a schema decides which values it forbids. */
interface Declared {
  type?: string
  format?: string
  enum?: readonly string[]
  anyOf?: readonly Declared[]
  items?: Declared
  minLength?: number
  maxLength?: number
  maxItems?: number
  minimum?: number
  maximum?: number
  default?: unknown
}

/** The parameters or members of a schema. */
export const declaredIn = (schema: TSchema | undefined): [name: string, declared: Declared][] =>
  Object.entries((schema as { properties?: Record<string, Declared> })?.properties ?? {})

/** The members of a body, with the limits that the task has in which they are kept. */
export const membersIn = (schema: TSchema | undefined): [name: string, declared: Declared][] =>
  declaredIn(schema && withKeptLimits(schema, Task)).map(([name, declared]) => [
    name,
    plain(declared),
  ])

const stored = Task.properties as unknown as Record<string, Declared>

/** Without the null that may stand in its place. */
const plain = (declared: Declared = {}): Declared => {
  const [value, ...others] = (declared.anyOf ?? []).filter(({ type }) => type !== 'null')
  return value && others.length === 0 ? { ...declared, ...value } : declared
}

/** Days that are none, and days in another notation than RFC 3339's full-date. */
const likeDays = ['2026-02-30', '2026-1-2', '20260102', '2026-01-02T00:00:00Z']
const noDays = ['1900-02-29', '0000-01-01', '10000-01-01', '2026-01-02 ']
const noWords = ['2026-13-01', '2026/01/02', '02-01-2026', '+2026-01-02', 'today']
/** A month and a day before the first, the last of a short month, and a line too many. */
const noNumbers = ['2026-00-10', '2026-01-00', '2026-06-31', '2026-01-02\n', '2026-01-32']

const ASTRAL = '\u{1f98a}'
/** What PostgreSQL cannot store, and half a surrogate pair, which is no character. */
const NUL = '\0'
const HALF = '\ud83e vrf'
const LAST_DAY = '9999-12-31'
const TAG_MAX = stored.tags?.items?.maxLength ?? 0

/** Values that must be refused: some are tried wherever they belong, the others in turn by those that are alike. */
export interface Forbidden {
  main: readonly unknown[]
  more?: readonly unknown[]
}

/** What one of so many that are alike tries. */
export const shareOf = ({ main, more = [] }: Forbidden, turn: number, alike: number): unknown[] => [
  ...main,
  ...more.filter((_, index) => index % alike === turn),
]

/** Spellings that a lenient reader takes for a value, and the values just beyond its limits. */
export const spoiltTexts = (declared: Declared): Forbidden => {
  const { type, format, items, minimum = 0, maximum, minLength, maxLength = 0 } = declared
  const [one = '', other = ''] = declared.enum ?? []
  if (declared.enum)
    return {
      main: ['', one.toUpperCase(), capital(other), 'vrf', `${one},${other}`, `-${one}`],
      more: one.includes('_') ? [camel(one), one.replace('_', '-'), one.replace('_', '')] : [],
    }
  if (items?.enum) {
    const [low = '', high = ''] = items.enum
    const known = [`${low},vrf`, `${low},${capital(high)}`, `${low},,${high}`]
    return { main: ['', low.toUpperCase(), ...known, ','] }
  }
  // Leading zeros, a sign, `1.0` and `1e1` are whole numbers to some: open.
  if (type === 'integer')
    return {
      main: [
        ...['', '5abc', `${minimum - 1}`, '1.5'],
        ...(maximum && maximum < Number.MAX_SAFE_INTEGER ? [`${maximum + 1}`] : ['-1']),
      ],
      more: [' 5', 'NaN', '0x1', '\u0663'],
    }
  if (type === 'boolean')
    return { main: ['', 'TRUE', '1', '0', 'yes', 'on', 'True', 'true ', 'null'] }
  if (format === 'date')
    return {
      main: ['', ...likeDays],
      more: [...noDays, ...noWords.slice(0, 2), ...noNumbers.slice(0, 2), '2026-01-02\n'],
    }
  if (minLength !== undefined) return { main: ['', 'x'.repeat(maxLength + 1), `vrf${NUL}`] }
  return { main: items ? ['', ' ', `vrf${NUL}`] : [] }
}

/** A value that is right. */
export const usual = ({ type, format, enum: [one] = [], minimum }: Declared): string =>
  one ??
  (type === 'integer' ? `${minimum}` : type === 'boolean' ? 'true' : format ? LAST_DAY : 'vrf')

/** The largest value that is right; undefined where there is no telling. Number beyond 32 bits are numbers, too. */
export const utmost = (declared: Declared): string | undefined => {
  const { type, format, items, minLength, maxLength = 0, maximum = 0 } = declared
  if (items) return items.enum?.join(',') ?? 'x'.repeat(TAG_MAX)
  if (type === 'integer') return `${Math.min(maximum, 2 ** 31)}`
  if (type === 'string' && minLength) return ASTRAL.repeat(maxLength)
  return declared.enum || type === 'boolean' || format ? usual(declared) : undefined
}

/** JSON of another type, or in another spelling, than the member's. */
export const spoiltJson = (declared: Declared): Forbidden => {
  const { type, format, items, anyOf } = declared
  const nothing = anyOf ? [] : [null]
  const [one = ''] = declared.enum ?? []
  if (declared.enum)
    return {
      main: [one.toUpperCase(), '', 1, 'urgent', ...nothing],
      more: [capital(one), `${one} `, [one], {}, []],
    }
  if (type === 'boolean')
    return { main: ['true', 1, '', ...nothing], more: [0, 'false', [true], {}, []] }
  if (format === 'date')
    return { main: ['', ...likeDays, 20260102], more: [...noDays, ...noNumbers] }
  if (items)
    return {
      main: [MARKER_TAG, [1], ...nothing],
      more: [[MARKER_TAG, null], [[MARKER_TAG]], { 0: MARKER_TAG }, true],
    }
  return { main: [1, {}, ...nothing], more: [true, ['vrf'], []] }
}

/** Text of the right type that is too long, too short or no text that can be kept. */
export const spoiltText = (declared: Declared): Forbidden => {
  const { type, format, items, minLength, maxLength = 0, maxItems = 0 } = declared
  if (items?.type === 'string') {
    const { main, more = [] } = spoiltText(items)
    const among = (text: unknown) => [MARKER_TAG, text]
    const tooMany = Array.from({ length: maxItems }, (_, index) => `vrf-${index}`)
    return { main: main.map(among), more: [...more.map(among), among(tooMany).flat()] }
  }
  if (type !== 'string' || format || declared.enum) return { main: [] }
  return {
    main: [`vrf${NUL}`, ASTRAL.repeat(maxLength + 1), ...(minLength ? [' \u00a0\u3000\t'] : [])],
    // One letter to people, and more code points than may be.
    more: [HALF, 'vrf \udd8a', 'e'.padEnd(maxLength + 1, '\u0301'), ...(minLength ? [''] : [])],
  }
}

const capital = (word: string): string => word.charAt(0).toUpperCase() + word.slice(1)
const camel = (word: string): string =>
  word.replaceAll(/_(.)/g, (_, letter) => letter.toUpperCase())
