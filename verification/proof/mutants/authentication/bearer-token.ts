import { field, withHeader } from '../../../../bootstrap/system/http-messages.ts'
import { tokenFrom, userNamedBy } from '../../operators/identity.ts'
import { problem } from '../../operators/problems.ts'
import { mapRequestHeader, onRequest, onResponse } from '../../operators/proxy.ts'
import { queryOf } from '../../operators/where.ts'
import { mutants } from '../mutant.ts'

const otherTokenHeaders = /^x-(access|auth)-token$|^x-authorization$|^proxy-authorization$/i
const userHeaders =
  /^x-(user-id|user|forwarded-user|remote-user|authenticated-user|auth-request-user)$/i

const mapAuthorization = (change: (value: string) => string) =>
  mapRequestHeader('authorization', change)

/** Where a request carries its token (RFC 6750), and how its header is read. */
export const bearerTokenMutants = [
  ...mutants('medium', ['A'], {
    'accepts any scheme': mapAuthorization((value) => value.replace(/^\w+ /, 'Bearer ')),
    'knows the scheme JWT': mapAuthorization((value) => value.replace(/^JWT /, 'Bearer ')),
    'takes a password for a token': mapAuthorization((value) => {
      const [, pair = ''] = /^Basic (.+)$/.exec(value) ?? []
      const [, password] = Buffer.from(pair, 'base64').toString().split(':')
      return password ? `Bearer ${password}` : value
    }),
    'takes the name beside a password for a token': mapAuthorization((value) => {
      const [, pair = ''] = /^Basic (.+)$/.exec(value) ?? []
      const [name] = Buffer.from(pair, 'base64').toString().split(':')
      return name ? `Bearer ${name}` : value
    }),
    'takes a colon behind the scheme': mapAuthorization((value) =>
      value.replace(/^Bearer: /, 'Bearer '),
    ),
    'takes quotes off a token': mapAuthorization((value) => value.replaceAll('"', '')),
    'accepts a bare token': mapAuthorization((value) =>
      /^ey[^ ]+$/.test(value) ? `Bearer ${value}` : value,
    ),
    'accepts padding and other alphabets in tokens': mapAuthorization((value) =>
      value.replaceAll('=', ''),
    ),
    'takes the first word after the scheme and ignores the rest': mapAuthorization((value) =>
      value.replace(/^(Bearer [^ ,]+)[ ,].*$/, '$1'),
    ),
  }),
  ...mutants('high', ['A'], {
    'accepts a token in the query': tokenFrom(
      ({ path }) => [...queryOf(path)].find(([name]) => /token|jwt|auth/.test(name))?.[1],
    ),
    'accepts a token in a cookie': tokenFrom(
      ({ headers }) => /(?:token|jwt|session)=([^;\s]+)/.exec(field(headers, 'cookie') ?? '')?.[1],
    ),
    'accepts a token in another header': tokenFrom(({ headers }) =>
      headers.find(([name]) => otherTokenHeaders.test(name))?.[1].replace(/^Bearer /i, ''),
    ),
    'accepts a token in the cookie of its auth server': tokenFrom(
      ({ headers }) =>
        /better-auth\.session_token=([^;\s]+)/.exec(field(headers, 'cookie') ?? '')?.[1],
    ),
    'accepts a token in a cookie called authorization': tokenFrom(
      ({ headers }) => /\bauthorization=([^;\s]+)/.exec(field(headers, 'cookie') ?? '')?.[1],
    ),
    'accepts a token that is meant for a proxy': tokenFrom(({ headers }) =>
      field(headers, 'proxy-authorization')?.replace(/^Bearer /i, ''),
    ),
    'accepts the assertion of a gateway': tokenFrom(({ headers }) =>
      field(headers, 'cf-access-jwt-assertion'),
    ),
    'accepts a token in the parameter key': tokenFrom(
      ({ path }) => queryOf(path).get('key') ?? undefined,
    ),
    'takes the last of two authorization headers': {
      does: 'lets the last of two Authorization headers win',
      ...onRequest((request) => {
        const all = request.headers.filter(([name]) => /^authorization$/i.test(name))
        return all.length < 2 ? request : withHeader(request, 'Authorization', all.at(-1)?.[1])
      }),
    },
    'believes a header that names the user': {
      severity: 'critical',
      ...userNamedBy(({ headers }) => headers.find(([name]) => userHeaders.test(name))?.[1]),
    },
    'refuses the scheme in lower case': {
      severity: 'low',
      ...onResponse(
        (response) =>
          problem(withHeader(response, 'WWW-Authenticate', 'Bearer error="invalid_token"'), {
            status: 401,
            title: 'Unauthorized',
            code: 'token_malformed',
          }),
        ({ status }, { headers }) =>
          status < 400 && /^(?!Bearer )\w+ /.test(field(headers, 'authorization') ?? ''),
      ),
    },
  }),
]
