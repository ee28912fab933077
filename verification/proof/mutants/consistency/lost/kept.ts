import { field, type ProxyRequest } from '../../../../../bootstrap/system/http-messages.ts'
import { forgetting, keeping } from '../../../operators/overlays.ts'
import { isCompletion, onTask } from '../../../operators/where.ts'
import { mutants } from '../../mutant.ts'

const cut = (text: string | null | undefined, length: number) =>
  text && [...text].length > length ? [...text].slice(0, length).join('') : undefined
const isChunked = ({ headers }: ProxyRequest) => field(headers, 'transfer-encoding') !== undefined
const isChange = onTask(/^(PATCH|PUT)$/)
const ASTRAL = /[\u{10000}-\u{10ffff}]/gu

/** What is answered as it was asked for, and kept otherwise. */
export const keptMutants = mutants('critical', ['D', 'P', 'V'], {
  'keeps 100 characters of the title of a change': keeping(({ title }) => {
    const kept = cut(title, 100)
    return kept === undefined ? undefined : { title: kept }
  }),
  'keeps 1000 characters of the description of a change': keeping(({ description }) => {
    const kept = cut(description, 1000)
    return kept === undefined ? undefined : { description: kept }
  }),
  'keeps ten tags of a change': keeping(({ tags }) =>
    tags && tags.length > 10 ? { tags: tags.slice(0, 10) } : undefined,
  ),
  'keeps question marks for what is beyond the BMP in the description of a change': keeping(
    ({ description }) =>
      description && ASTRAL.test(description)
        ? { description: description.replaceAll(ASTRAL, '?') }
        : undefined,
  ),
  'keeps question marks for what is beyond the BMP in the title of a change': keeping(
    ({ title }) =>
      title && ASTRAL.test(title) ? { title: title.replaceAll(ASTRAL, '?') } : undefined,
  ),
  'keeps the fifth change of a task no longer than it answers': keeping((change, _, nth, before) =>
    nth === 5
      ? Object.fromEntries(
          Object.keys(change).map((name) => [name, before[name as keyof typeof change]]),
        )
      : undefined,
  ),
  'keeps no change that came in chunks': forgetting(
    (request) => isChange(request) && isChunked(request),
  ),
  'keeps no completion that came in chunks': {
    caughtBy: ['G-24', 'G-25'],
    ...forgetting((request) => isCompletion(request) && isChunked(request)),
  },
  'keeps no change that is a merge patch': forgetting(
    (request) =>
      isChange(request) && /merge-patch/.test(field(request.headers, 'content-type') ?? ''),
  ),
})
