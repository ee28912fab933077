import { isIP } from 'node:net'
import convict from 'convict'
import { isCalendarDate } from '../../domain/task.ts'

/**
 * The formats that the schema uses beside lists of choices; none of their messages holds a value.
 */
export type FormatName =
  | 'text'
  | 'whole number'
  | 'comma list'
  | 'address'
  | 'commit hash'
  | 'instant'

const demand = (condition: boolean, message: string): void => {
  if (!condition) throw new Error(message)
}

convict.addFormats({
  text: { validate: () => {} },
  'whole number': {
    // not parseInt, which convict's own formats use: it reads "80abc" as 80
    coerce: (text: string) => (/^\d{1,9}$/.test(text) ? Number(text) : Number.NaN),
    validate: (value: number, { min, max }: convict.SchemaObj) =>
      demand(value >= min && value <= max, `must be a whole number from ${min} to ${max}`),
  },
  'comma list': {
    coerce: (text: string) => text.split(',').map((entry) => entry.trim()),
    validate: (value: string[]) =>
      value.forEach((entry, index) => {
        demand(entry !== '', `entry ${index + 1} is empty: remove the comma too many`)
      }),
  },
  address: {
    validate: (value: string) =>
      demand(
        isIP(value) !== 0 || /^[a-z0-9-]+(\.[a-z0-9-]+)*$/i.test(value),
        'must be an address to listen on, such as :: or 127.0.0.1',
      ),
  },
  instant: {
    validate: (value: string) =>
      demand(
        /^\d{4}-\d\d-\d\dT([01]\d|2[0-3]):[0-5]\d(:[0-5]\d(\.\d+)?)?(Z|[+-]\d\d:[0-5]\d)$/.test(
          value,
        ) &&
          isCalendarDate(value.slice(0, 10)) &&
          !Number.isNaN(Date.parse(value)),
        'must be a time with its zone, such as 2026-12-01T06:00:00Z',
      ),
  },
  'commit hash': {
    validate: (value: string) =>
      demand(/^[0-9a-f]{7,64}$/.test(value), 'must be 7 to 64 lower-case hexadecimal digits'),
  },
})
