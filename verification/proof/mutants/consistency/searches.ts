import type { Task } from '../../../../domain/task.ts'
import { mapPage } from '../../operators/lists.ts'
import { mapHeader } from '../../operators/proxy.ts'
import { correctingQuery } from '../../operators/request.ts'
import { overriding } from '../../operators/store.ts'
import { mutants } from '../mutant.ts'

const correctingSearch = (correct: (search: string) => string) =>
  correctingQuery((query) => {
    const search = query.get('search')
    if (search) query.set('search', correct(search))
  })

/** Searches as somebody else compares texts: all that is listed without a search, and then looked through. */
const searching = (finds: (text: string, search: string) => boolean) =>
  overriding((mine) => ({
    list: async (query) => {
      const { search, ...filter } = query.filter
      if (search === undefined || !('page' in query.place)) return mine.list(query)
      const all = await mine.list({ ...query, filter, place: { page: 1 }, perPage: 1000 })
      const fits = ({ title, description }: Task) =>
        [title, description ?? ''].some((text) => finds(text, search))
      const found = all.tasks.filter(fits)
      const page = await mine.list(query)
      const from = (query.place.page - 1) * query.perPage
      return { ...page, tasks: found.slice(from, from + query.perPage), total: found.length }
    },
  }))

/** Finds what is the same once both texts are written in some plainer way. */
const searchingBy = (plain: (text: string) => string) =>
  searching((text, search) => plain(text.toLowerCase()).includes(plain(search.toLowerCase())))

/** Folds the case of these letters alone. */
const folding = (letters: RegExp) =>
  searching((text, search) => {
    const [whole, part] = [text, search].map((it) =>
      it.replaceAll(letters, (letter) => letter.toLowerCase()),
    ) as [string, string]
    return whole.includes(part)
  })

const asPattern = (signs: RegExp, search: string): RegExp => {
  const parts = search.split(signs).map((part) => part.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&'))
  return new RegExp(parts.join(signs.source === '%' ? '.*' : '.'), 'is')
}

/** What is compared, searched and sorted as the contract has it, but for one letter or sign. */
export const searchMutants = [
  ...mutants('high', ['D-11', 'D-18', 'D-19'], {
    'takes % for anything in what is searched for': searching((text, search) =>
      asPattern(/%/, search).test(text),
    ),
    'takes _ for any letter in what is searched for': searching((text, search) =>
      asPattern(/_/, search).test(text),
    ),
    'drops stars from what is searched for': correctingSearch((it) => it.replaceAll('*', '')),
    'drops backslashes from what is searched for': correctingSearch((it) =>
      it.replaceAll('\\', ''),
    ),
    'looks at two tags of a list alone': overriding((mine) => ({
      list: ({ filter: { tags, ...filter }, ...query }) =>
        mine.list({ ...query, filter: { ...filter, ...(tags && { tags: tags.slice(0, 2) }) } }),
    })),
    'sorts due dates without their years': mapPage((tasks, { sort }) => {
      const dayOf = ({ dueDate }: Task) => dueDate?.slice(5) ?? '99'
      const sign = sort.order === 'asc' ? 1 : -1
      return sort.by === 'dueDate'
        ? tasks.toSorted((one, other) => sign * dayOf(one).localeCompare(dayOf(other)))
        : [...tasks]
    }),
  }),
  ...mutants('medium', ['D-18', 'D-19'], {
    'trims what is searched for': correctingSearch((it) => it.trim()),
    'folds the case of ASCII letters alone': folding(/[A-Z]/g),
    'folds no Greek letter in a search': folding(/\p{Script=Latin}|\p{Script=Cyrillic}/gu),
    'folds no Cyrillic letter in a search': folding(/\p{Script=Latin}|\p{Script=Greek}/gu),
    'finds letters without their accents': searchingBy((it) =>
      it.normalize('NFD').replaceAll(/\p{M}/gu, ''),
    ),
    'finds what is the same once it is composed': searchingBy((it) => it.normalize('NFC')),
    'finds ss for ß': searchingBy((it) => it.replaceAll('ß', 'ss')),
    'takes blanks for one in a search': searchingBy((it) => it.replaceAll(/\s+/g, ' ')),
  }),
  ...mutants('high', ['D-21'], {
    'links under the prefix that a proxy names': mapHeader('Link', (link, { headers }) => {
      const [, prefix = ''] = headers.find(([name]) => /^x-forwarded-prefix$/i.test(name)) ?? []
      return link.replace('<', `<${prefix}`)
    }),
  }),
  ...mutants('high', ['D-09'], {
    'records no key where a completed task is made': overriding((mine) => ({
      create: (draft, idempotency) => mine.create(draft, draft.completed ? undefined : idempotency),
    })),
  }),
]
