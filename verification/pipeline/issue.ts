import { wellFormed } from '../reports/formats/markup.ts'

/** The one issue that tells of a deployment which does not keep its contract. */
const TITLE = 'The deployment does not keep its contract'
const LABEL = 'live-suite'
/** GitHub takes 65,536 characters. */
const BODY_MAX = 60_000
const ANSWER_MS = 20_000

export interface Repository {
  /** of the REST API, such as https://api.github.com */
  api: string
  /** owner/name */
  name: string
  token: string
}

type Issue = { number: number; title: string; pull_request?: unknown }

/** Opens the issue, or renews the one that is open. Returns what it did, in words. */
export const tellBroken = async (repository: Repository, body: string): Promise<string> => {
  const text = wellFormed(body.slice(0, BODY_MAX))
  const open = await openIssue(repository)
  if (open) {
    await ask(repository, 'PATCH', `issues/${open.number}`, { body: text })
    return `renewed issue ${open.number}`
  }
  const made = await ask(repository, 'POST', 'issues', {
    title: TITLE,
    body: text,
    labels: [LABEL],
  })
  return `opened issue ${(made as Issue).number}`
}

/** Closes the issue that is open, saying why. */
export const tellKept = async (repository: Repository, comment: string): Promise<string> => {
  const open = await openIssue(repository)
  if (!open) return 'nothing is open'
  await ask(repository, 'POST', `issues/${open.number}/comments`, { body: comment })
  await ask(repository, 'PATCH', `issues/${open.number}`, { state: 'closed' })
  return `closed issue ${open.number}`
}

const openIssue = async (repository: Repository): Promise<Issue | undefined> => {
  const query = `issues?state=open&labels=${LABEL}&per_page=100&sort=created&direction=asc`
  const found = await ask(repository, 'GET', query)
  if (!Array.isArray(found)) throw new Error('GitHub answers with something else than its issues')
  return (found as Issue[]).find((it) => it.title === TITLE && it.pull_request === undefined)
}

/** What can be done about a refusal (docs.github.com/rest/issues). */
const remedies: Readonly<Record<number, string>> = {
  403: ': the job needs `issues: write`, or a rate limit is reached and the next run tells',
  410: ': turn issues on, Settings → Features',
  429: ': a rate limit is reached, and the next run tells',
}

/** @throws Error with the status, which the page of the job shows; never with the token */
const ask = async (
  { api, name, token }: Repository,
  method: string,
  path: string,
  body?: object,
): Promise<unknown> => {
  const what = `${method} of ${path.split('?')[0]}`
  const response = await fetch(`${api}/repos/${name}/${path}`, {
    method,
    headers: {
      Accept: 'application/vnd.github+json',
      Authorization: `Bearer ${token}`,
      'X-GitHub-Api-Version': '2022-11-28',
      ...(body && { 'Content-Type': 'application/json' }),
    },
    ...(body && { body: JSON.stringify(body) }),
    signal: AbortSignal.timeout(ANSWER_MS),
  }).catch(() => undefined)
  if (!response) throw new Error(`GitHub does not answer to ${what}`)
  if (!response.ok)
    throw new Error(
      `GitHub answers ${response.status} to ${what}${remedies[response.status] ?? ''}`,
    )
  return response.json().catch(() => undefined)
}
