import { brotliCompressSync, gzipSync } from 'node:zlib'
import { field, jsonOf, withBody, withHeader } from '../../../../bootstrap/system/http-messages.ts'
import { mapHeader, onResponse } from '../../operators/proxy.ts'
import { mutants } from '../mutant.ts'

const isJson = ({ headers, body }: { headers: [string, string][]; body: Buffer }) =>
  /json/.test(field(headers, 'content-type') ?? '') && body.length > 0

let turn = 0

/** The same JSON and the same types in other bytes, from answer to answer. */
export const answerVariants = mutants('low', [], {
  'writes the same JSON with other white space each time': onResponse((response) => {
    turn += 1
    return withBody(response, JSON.stringify(jsonOf(response), null, turn % 3))
  }, isJson),
  'orders members otherwise each time': onResponse((response) => {
    turn += 1
    const members = Object.entries(jsonOf(response))
    return withBody(response, Object.fromEntries(turn % 2 ? members : members.reverse()))
  }, isJson),
  'writes media types in capitals': mapHeader(
    'Content-Type',
    (type) => `${type.replace(/;.*/, '').replace('application', 'Application')} ; Charset="UTF-8"`,
  ),
  'compresses whatever it answers': {
    undecided: true,
    ...onResponse((response, { method }) => {
      if (response.body.length === 0 || method === 'HEAD') return response
      turn += 1
      const [coding, body] =
        turn % 2 ? ['gzip', gzipSync(response.body)] : ['br', brotliCompressSync(response.body)]
      return withHeader(withBody(response, body), 'Content-Encoding', coding as string)
    }),
  },
})
