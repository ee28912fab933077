import { createHmac, timingSafeEqual } from 'node:crypto'
import { createServer, type IncomingMessage } from 'node:http'
import postgres from 'postgres'
import { v7 as uuid } from 'uuid'
import { changeStatement } from '../../adapters/postgres/tasks/change-statement.ts'
import type { Statement } from '../../adapters/postgres/tasks/statement.ts'
import { createStatement } from '../../adapters/postgres/tasks/task-statements.ts'
import type { Owner } from '../../domain/owner.ts'
import type { Task, TaskDraft } from '../../domain/task.ts'

/**
 * The floor of cost: plain statements for the same rows on the driver's own pool, behind node:http, with the check of
 * the token's MAC and nothing else: no validation, no timeouts, no log, no error handler. The statements that create
 * and change are the service's, because a plain one would do less.
 */
const {
  DATABASE_URL = '',
  DATABASE_POOL_MAX,
  BETTER_AUTH_SECRET = '',
  LEAN,
  MAX_PIPELINE,
  PORT,
} = process.env
const sql = postgres(DATABASE_URL, {
  max: Number(DATABASE_POOL_MAX),
  fetch_types: false,
  onnotice: () => undefined,
  ...(MAX_PIPELINE && { max_pipeline: Number(MAX_PIPELINE) }),
})

const all = <Row>({ text, values }: Statement): PromiseLike<Row[]> =>
  sql.unsafe<Row[]>(text, values as never[], { prepare: true })

const ownerIn = ({ headers }: IncomingMessage): Owner => {
  const [header, payload = '', signature = ''] = headers.authorization?.slice(7).split('.') ?? []
  const mac = createHmac('sha256', BETTER_AUTH_SECRET).update(`${header}.${payload}`).digest()
  const given = Buffer.from(signature, 'base64url')
  if (mac.length !== given.length || !timingSafeEqual(mac, given)) throw new Error('no owner')
  const { sub, exp } = JSON.parse(Buffer.from(payload, 'base64url').toString())
  if (exp * 1_000 < Date.now()) throw new Error('no owner any more')
  return sub
}

const bodyOf = async (request: IncomingMessage): Promise<Partial<TaskDraft>> => {
  let text = ''
  for await (const chunk of request.setEncoding('utf8')) text += chunk
  return JSON.parse(text)
}

const taskJson = (owner: Owner, task?: Task) => ({
  id: task?.id,
  user_id: owner,
  title: task?.title,
  description: task?.description,
  completed: task?.completed,
  priority: task?.priority,
  due_date: task?.dueDate,
  tags: task?.tags,
  created_at: task?.createdAt,
  updated_at: task?.updatedAt,
})

const blank = {
  title: '',
  description: null,
  completed: false,
  priority: 'medium',
  dueDate: null,
  tags: [],
} as const

const PER_PAGE = 20
const columns = `id, title, description, completed, priority, due_date::text as "dueDate", to_json(tags) as tags,
  created_at as "createdAt", updated_at as "updatedAt"`
const get = `select ${columns} from tasks where owner = $1 and id = $2`
const list = `
  select ${columns}, (select coalesce(sum(tasks), 0)::int from task_totals where owner = $1) as total
  from tasks where owner = $1 order by created_at desc, id desc limit ${PER_PAGE}`

const respond = async (request: IncomingMessage): Promise<object> => {
  const { method, url = '' } = request
  if (url === '/health') return (await sql`select 1 as alive`)[0] as object
  const owner = ownerIn(request)
  const [, , , , id = '', action] = url.split('/')
  if (method === 'POST') {
    const draft = { id: uuid(), ...blank, ...(await bodyOf(request)) }
    const { text, values } = createStatement(owner, draft.id, draft)
    const create = { text: LEAN ? text.replace('into tasks', 'into lean_tasks') : text, values }
    const [row] = await all<{ created: number }>(create)
    const createdAt = new Date(row?.created ?? 0).toISOString()
    return taskJson(owner, { ...draft, createdAt, updatedAt: createdAt, version: 1 })
  }
  if (!id) {
    const rows = await all<Task & { total: number }>({ text: list, values: [owner] })
    const tasks = rows.map((task) => taskJson(owner, task))
    return { tasks, total: rows[0]?.total, page: 1, per_page: PER_PAGE }
  }
  if (method === 'GET')
    return taskJson(owner, (await all<Task>({ text: get, values: [owner, id] }))[0])
  const change = action ? { change: {}, toggle: true } : { change: await bodyOf(request) }
  return taskJson(owner, (await all<Task>(changeStatement({ owner, id, ...change })))[0])
}

createServer((request, response) => {
  respond(request).then(
    (body) => {
      response.writeHead(request.method === 'POST' ? 201 : 200, {
        'Content-Type': 'application/json; charset=utf-8',
      })
      response.end(JSON.stringify(body))
    },
    () => response.writeHead(500).end(),
  )
}).listen(Number(PORT))
