import { field, withHeader } from '../../../../bootstrap/system/http-messages.ts'
import { type Mutation, mutants } from '../mutant.ts'
import { admitting, allowed, refusedOrigin, unasked } from './origins.ts'

/** Takes for a page of its own what comes from the host that this header names. */
const isForwardedFor = (header: string): Mutation =>
  unasked(
    ({ headers }) =>
      field(headers, 'origin')?.replace(/^https?:\/\//, '') === field(headers, header),
  )

/** Origins that are allowed for what somebody says, or for what they did before. */
export const believedOriginMutants = mutants('critical', ['C'], {
  'allows pages of files': admitting((origin) => origin === 'file://'),
  'allows apps on this machine': admitting((origin) => /^(ionic|capacitor):/.test(origin)),
  'allows the host that a request was forwarded for': isForwardedFor('x-forwarded-host'),
  'allows the host that a gateway names': isForwardedFor('x-original-host'),
  'learns origins that ask often': {
    proxy: () => {
      const asked = new Map<string, number>()
      return async (request, pass) => {
        const origin = refusedOrigin(request)
        if (origin === undefined) return pass(request)
        asked.set(origin, (asked.get(origin) ?? 0) + 1)
        return pass((asked.get(origin) ?? 0) > 3 ? withHeader(request, 'Origin', allowed) : request)
      }
    },
  },
})
