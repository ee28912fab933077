import type { HttpRequest } from '../../engine/http/exchange.ts'

/** The same request in another form, none of which excuses where it comes from. */
export type Form = (request: HttpRequest, key: string) => HttpRequest

const adding = (request: HttpRequest, name: string, value: string): HttpRequest => ({
  ...request,
  headers: [...(request.headers ?? []), [name, value]],
})

/** A refused creation must not take its key: whoever asks with it later is the first. */
const withKey: Form = (request, key) => adding(request, 'Idempotency-Key', key)

const slashed: Form = (request) =>
  /\/$|\?/.test(request.path) ? request : { ...request, path: `${request.path}/` }

const forms: readonly Form[] = [
  (request) => request,
  (request) => ({ ...request, as: 'nobody', authorization: 'Bearer x' }),
  (request) => adding(request, 'If-None-Match', '"x"'),
  slashed,
  (request) => ({ ...request, as: 'nobody' }),
  withKey,
  (request) => adding(request, 'If-Match', '*'),
]

/** Creations take turns with a key and without, all else takes one form after the other. */
export const formOf = ({ method, json }: HttpRequest, turn: number, round: number): Form =>
  (method === 'POST' && json && round === 0 ? withKey : forms[(turn + round) % forms.length]) ??
  withKey
