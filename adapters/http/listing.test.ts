import assert from 'node:assert/strict'
import { after, describe, it } from 'node:test'
import { serving, TASKS } from './fixtures.ts'

const server = await serving()
after(server.close)
const list = (query: string, as = 'ada') => server.send(`GET ${TASKS}?${query}`, { as })
const nextOf = (link: string | undefined) => /^<([^>]+)>; rel="next"$/.exec(link ?? '')?.[1] ?? ''
const titles = (answer: { json: { tasks: { title: string }[] } }) =>
  answer.json.tasks.map(({ title }) => title).join('')
for (const [n, title] of ['a', 'b', 'c', 'd', 'e'].entries()) {
  const priority = ['low', 'high', 'medium'][n % 3]
  const json = {
    title,
    priority,
    tags: ['x', 'y z'],
    ...(n > 2 && { due_date: `2026-01-0${n}` }),
  }
  for (const as of ['ada', 'bob']) await server.send(`POST ${TASKS}`, { as, json })
}

describe('a list', () => {
  it('has these members and no other', async () => {
    const { json, headers } = await list('')
    assert.deepEqual(Object.keys(json), ['tasks', 'total', 'page', 'per_page'])
    assert.deepEqual([json.total, json.page, json.per_page], [5, 1, 20])
    assert.equal(headers.link, undefined)
    assert.equal(json.tasks[0]?.user_id, 'ada')
  })

  const filters: [string, string][] = [
    ['sort_by=title&sort_order=asc', 'abcde'],
    ['sort_by=title', 'edcba'],
    ['sort_by=title&sort_order=asc&priority=high,low', 'abde'],
    ['sort_by=title&sort_order=asc&tag=X&tag=+Y+z', 'abcde'],
    ['tag=x&tag=y', ''],
    ['search=D', 'd'],
    ['search=%25', ''],
    ['sort_by=title&due_after=2026-01-04', 'e'],
    ['due_before=2026-01-03&due_after=2026-01-03', 'd'],
    ['completed=true', ''],
    ['page=2&per_page=2&sort_by=title&sort_order=asc', 'cd'],
    ['page=1000000000', ''],
    ['unknown=1&unknown=2&Page=0', 'edcba'],
  ]
  for (const [query, expected] of filters)
    it(`is filtered: ${query}`, async () => {
      const answer = await list(query)
      assert.equal(answer.status, 200)
      const found = titles(answer)
      assert.equal(
        query.includes('sort_by') ? found : [...found].sort().reverse().join(''),
        expected,
      )
    })

  for (const query of ['tag=', 'due_after=0000-01-01', 'search=%00', 'page=1&page=1'])
    it(`is refused: ${query}`, async () => assert.equal((await list(query)).status, 422))
})

describe('the way through a list', () => {
  const kept = 'sort_by=title&sort_order=asc&priority=high,low&tag=x&tag=Y+z&due_before=9999-12-31'

  it('keeps every known parameter but the page', async () => {
    const first = await list(
      `page=1&per_page=1&${kept.replace('due', 'unknown=1&due')}&completed=false`,
    )
    const target = new URL(nextOf(first.headers.link), 'http://x')
    assert.equal(target.pathname, TASKS)
    const parameters = [...target.searchParams].filter(([name]) => name !== 'cursor')
    assert.deepEqual(parameters.sort(), [
      ['completed', 'false'],
      ['due_before', '9999-12-31'],
      ['per_page', '1'],
      ['priority', 'high,low'],
      ['sort_by', 'title'],
      ['sort_order', 'asc'],
      ['tag', 'x'],
      ['tag', 'y z'],
    ])
  })

  it('can be followed from the longest request that there is', async () => {
    const search = '🚢'.repeat(200)
    const tags = Array.from({ length: 20 }, (_, n) => `${'🚢'.repeat(48)}${10 + n}`)
    const json = { title: 'long', description: search, tags }
    for (const _ of [1, 2]) await server.send(`POST ${TASKS}`, { as: 'eve', json })
    const sent = new URLSearchParams([
      ...tags.map((tag): [string, string] => ['tag', tag]),
      ['search', search],
      ['per_page', '1'],
    ])
    const first = await list(`${sent}`, 'eve')
    const headers = [`X-Padding: ${'x'.repeat(8_000)}`]
    const second = await server.send(`GET ${nextOf(first.headers.link)}`, { as: 'eve', headers })
    assert.deepEqual(
      [second.status, second.json.tasks.length, second.headers.link],
      [200, 1, undefined],
    )
  })

  it('never follows Host or what a proxy says', async () => {
    const headers = [
      'X-Forwarded-Host: evil.example',
      'Forwarded: host=evil.example',
      'X-Forwarded-Proto: x',
    ]
    for (const target of ['', 'http://evil.example']) {
      const { headers: answered } = await server.ada(`GET ${target}${TASKS}?per_page=1`, {
        headers,
      })
      assert.match(answered.link ?? '', /^<\/api\/v1\/tasks\?/)
    }
  })

  it('neither skips nor repeats, and ends without a link', async () => {
    let answer = await list('per_page=2&sort_by=title&sort_order=asc')
    let seen = titles(answer)
    await server.ada(`POST ${TASKS}`, { json: { title: 'B', tags: ['late'] } })
    for (let pages = 0; answer.headers.link && pages < 9; pages += 1) {
      answer = await server.ada(`GET ${nextOf(answer.headers.link)}`)
      assert.deepEqual(Object.keys(answer.json), ['tasks', 'per_page'])
      seen += titles(answer)
    }
    assert.equal(seen, 'abcde')
  })

  it('may change its stride', async () => {
    const next = nextOf((await list('per_page=1&tag=x')).headers.link)
    for (const stride of ['per_page=3', 'per_page=100'])
      assert.equal((await server.ada(`GET ${next.replace('per_page=1', stride)}`)).status, 200)
  })

  it('is open to its owner, filters and sort alone', async () => {
    const next = nextOf((await list(`per_page=1&${kept}`)).headers.link)
    const cursor = new URL(next, 'http://x').searchParams.get('cursor') ?? ''
    const refused: [string, string][] = [
      ['bob', next],
      ['ada', `${next}&page=1`],
      ['ada', `${next}&page=2`],
      ['ada', `${next}&completed=false`],
      ['ada', `${next}&search=a`],
      ['ada', `${next}&cursor=${cursor}`],
      ['ada', next.replace('asc', 'desc')],
      ['ada', next.replace('sort_by=title', 'sort_by=priority')],
      ['ada', next.replace('tag=x', 'tag=z')],
      ['ada', next.replace('high%2Clow', 'high')],
      ['ada', next.replace(cursor, `${cursor}A`)],
      ['ada', next.replace(cursor, cursor.slice(0, -4))],
      ['ada', next.replace(cursor, '')],
      ['ada', `${TASKS}?cursor=${cursor}`],
      ['ada', `${TASKS}?cursor=null`],
    ]
    assert.equal((await server.ada(`GET ${next}`)).status, 200)
    for (const [as, target] of refused) {
      const { status, json } = await server.send(`GET ${target}`, { as })
      assert.deepEqual([status, json.errors?.map(({ field }) => field)], [422, ['cursor']], target)
    }
  })
})
