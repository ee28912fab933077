import type { CheckContext } from '../../engine/check-context.ts'
import { allowedOrigin } from '../pages.ts'
import type { HostileOrigin } from './hostile-spellings.ts'

/** By which a proxy, or whoever says to be one, tells what the service is called. */
const namesOfHosts = ['X-Forwarded-Host', 'X-Forwarded-Server', 'X-Original-Host', 'X-Host']

/** What a page of the service's own, or a neighbour of it, would send besides. */
export const trusting = (
  context: CheckContext,
  { value }: HostileOrigin,
): readonly (readonly [string, string])[] => [
  ...asIfAtHome(value),
  ['Sec-Fetch-Site', 'same-origin'],
  ['X-Requested-With', 'XMLHttpRequest'],
  ['X-Forwarded-For', '127.0.0.1'],
  ['X-Forwarded-Proto', 'https'],
  ['Referer', `${allowedOrigin(context)}/`],
]

/** Where the page is, it says, the service is too. */
const asIfAtHome = (origin: string): (readonly [string, string])[] => {
  const [, host] = /^https?:\/\/([\w.:[\]-]+)$/.exec(origin) ?? []
  if (host === undefined) return []
  return [
    ...namesOfHosts.map((name) => [name, host] as const),
    ['Forwarded', `host="${host}"`],
    ['X-Forwarded-Origin', origin],
  ]
}
