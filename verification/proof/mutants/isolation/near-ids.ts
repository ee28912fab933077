import type { ProxyRequest } from '../../../../bootstrap/system/http-messages.ts'
import { onRequest } from '../../operators/proxy.ts'
import { mutants } from '../mutant.ts'

/** Takes other spellings of an id for the id. */
const respelling = (respell: (id: string) => string, methods = /./) =>
  onRequest(
    (request) => ({
      ...request,
      path: request.path.replace(
        /(\/tasks\/)([^/?]+)/,
        (_, before, id) => `${before}${respell(id)}`,
      ),
    }),
    ({ method }: ProxyRequest) => methods.test(method),
  )

const hyphened = (id: string): string =>
  id.replace(
    /^([0-9a-f]{8})([0-9a-f]{4})([0-9a-f]{4})([0-9a-f]{4})([0-9a-f]{12})$/,
    '$1-$2-$3-$4-$5',
  )

export const nearIdMutants = mutants('high', ['I-36'], {
  'deletes by an id in capitals': respelling((id) => id.toLowerCase(), /DELETE/),
  'changes by an id in capitals': respelling((id) => id.toLowerCase(), /PUT/),
  'decodes the id in a path': respelling((id) => {
    try {
      return decodeURIComponent(id).replaceAll('/', '%2F')
    } catch {
      return id
    }
  }),
  'takes an id in braces': respelling((id) => id.replaceAll(/%7B|%7D|[{}]/gi, '')),
  'takes an id without hyphens': respelling(hyphened),
  'takes an id for a URN': respelling((id) => id.replace(/^urn:uuid:/i, '')),
  'cuts off what follows an id': respelling((id) => id.slice(0, 36)),
})
