import { field, type ProxyRequest, withHeader } from '../../../../bootstrap/system/http-messages.ts'
import { changeProblem } from '../../operators/problems.ts'
import {
  hasStatus,
  mapRequestHeader,
  onRequest,
  removeRequestHeader,
} from '../../operators/proxy.ts'
import { withText } from '../../operators/request.ts'
import { isWrite } from '../../operators/where.ts'
import { mutants } from '../mutant.ts'

const asJson = (request: ProxyRequest) => withHeader(request, 'Content-Type', 'application/json')

/** Bodies as bytes: their size, type, encoding and whether there is one. */
export const bodyMutants = [
  ...mutants('medium', ['V'], {
    'has no limit on bodies': onRequest((request) =>
      request.body.length > 65_536 ? withText(request, JSON.stringify({ title: 'big' })) : request,
    ),
    'takes any media type for JSON': {
      caughtBy: ['V', 'C'],
      ...onRequest((request) =>
        isWrite(request) && request.body.length > 0 ? asJson(request) : request,
      ),
    },
    'takes a body without a media type': onRequest((request) =>
      isWrite(request) && request.body.length > 0 && !field(request.headers, 'content-type')
        ? asJson(request)
        : request,
    ),
    'ignores Content-Encoding': removeRequestHeader('Content-Encoding'),
    'answers bad values with 400': {
      caughtBy: ['V', 'D', 'I'],
      ...changeProblem({ status: 400, code: 'malformed_request' }, hasStatus(422)),
    },
    'stores lone surrogates as something else': onRequest((request) => {
      const text = request.body.toString()
      return /\\ud[89ab]/i.test(text) && !/\\ud[c-f]/i.test(text)
        ? withText(request, text.replaceAll(/\\ud[89ab]../gi, '\ufffd'))
        : request
    }),
    'replaces invalid UTF-8': onRequest((request) =>
      isWrite(request) ? withText(request, request.body.toString('utf8')) : request,
    ),
    'requires a body to toggle': {
      caughtBy: ['D', 'V'],
      ...onRequest((request) =>
        /\/complete/.test(request.path) && request.method === 'PATCH' && request.body.length === 0
          ? withText(asJson(request), '[')
          : request,
      ),
    },
    'chokes on Content-Type without a body': onRequest((request) => {
      const bare =
        /GET|DELETE/.test(request.method) &&
        field(request.headers, 'content-type') &&
        request.body.length === 0
      return bare ? withText({ ...request, method: 'POST', path: '/api/v1/tasks' }, '{') : request
    }),
  }),
  ...mutants('medium', ['V-51'], {
    'asks for the body before it refuses': {
      app: ({ server }) => {
        server.removeAllListeners('checkContinue')
        server.on('checkContinue', (request, response) => {
          response.writeContinue()
          server.emit('request', request, response)
        })
      },
    },
  }),
  ...mutants('medium', ['V-52'], {
    'hangs up on whoever is still sending': {
      app: (app) => {
        app.addHook('onSend', async ({ raw }, reply) => {
          if ([413, 415].includes(reply.statusCode) && !raw.complete) raw.socket.resetAndDestroy()
        })
      },
    },
  }),
  ...mutants('medium', ['V-53'], {
    'takes any Host': mapRequestHeader('host', (host) =>
      /^[\w.:[\]-]+$/.test(host) && !/\[[^\]]*$/.test(host) ? host : 'localhost',
    ),
  }),
  ...mutants('high', ['V', 'G'], {
    'fails on broken JSON': changeProblem({ status: 500, code: 'internal_error' }, hasStatus(400)),
    'fails on NUL': changeProblem(
      { status: 500, code: 'internal_error' },
      ({ status }, { body, path }) => /\\u0000|%00/.test(`${body}${path}`) && status === 422,
    ),
  }),
]
