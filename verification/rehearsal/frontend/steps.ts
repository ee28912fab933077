import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import type { Page } from 'playwright-core'
import { request } from '../../../bootstrap/system/http-client.ts'
import { until } from '../../../bootstrap/system/wait.ts'
import { CannotObserve, launch } from '../../browser/chromium.ts'
import { pageAs } from '../../browser/pages.ts'
import { NotDone, type Step } from '../step.ts'
import { installApp, packClient, type Stage, startApp, startService } from './stage.ts'

const PATIENCE_MS = 30_000
/** A token is taken for so long after it has expired, for clocks that differ. */
const LEEWAY_S = 30

const pageOf = ({ page }: Stage): Page => {
  if (!page) throw new Error('there is no page')
  return page
}

/** Waits until the page says it, and takes a picture. @returns what it says */
const seen = async (stage: Stage, message: string, picture: string): Promise<string> => {
  const page = pageOf(stage)
  await page
    .getByText(message)
    .first()
    .waitFor({ timeout: PATIENCE_MS })
    .catch(async () => {
      throw new Error(`"${await page.textContent('#message')}" instead of "${message}"`)
    })
    .finally(() => page.screenshot({ path: join(stage.out, `${picture}.png`) }))
  const titles = await page.locator('li').allInnerTexts()
  return `"${await page.textContent('#message')}", tasks: ${titles.map((it) => it.replace(/ *Edit.*/s, '')).join(', ') || 'none'}`
}

const create = async (page: Page, title: string) => {
  await page.fill('#create input', title)
  await page.click('#create button')
  await page.getByText('create: done').waitFor({ timeout: PATIENCE_MS })
  await page.locator('li', { hasText: title }).first().waitFor({ timeout: PATIENCE_MS })
}

const onTask = (page: Page, title: string, button: string) =>
  page.locator('li', { hasText: title }).first().getByRole('button', { name: button }).click()

/** What the service says to a token. */
const codeFor = async ({ apiUrl = '' }: Stage, token: string): Promise<string> => {
  const { status, body } = await request(Number(new URL(apiUrl).port), '/api/v1/tasks', { token })
  return status === 200 ? 'taken' : JSON.parse(body).code
}

/** A frontend from its installation through what may go wrong with it, in this order. */
export const frontendSteps: readonly Step<Stage>[] = [
  {
    name: 'install',
    promised: 'the client packs, and installs beside Next.js and Better Auth from the npm registry',
    run: async (stage) => {
      const archive = await packClient(stage)
      await installApp(stage, archive).catch((error: Error) => {
        throw new NotDone(error.message)
      })
      return 'installed'
    },
  },
  {
    name: 'start',
    needs: ['install'],
    promised: 'the built service, a real Better Auth and the built app serve on free ports',
    run: async (stage) => {
      await startService(stage)
      await startApp(stage)
      return `${stage.appOrigin} calls ${stage.apiUrl}`
    },
  },
  {
    name: 'signed out',
    needs: ['start'],
    promised: 'a page without a session says so, and nothing breaks',
    run: async (stage) => {
      const browser = await launch(process.env).catch((error) => {
        throw error instanceof CannotObserve ? new NotDone(error.message) : error
      })
      stage.undo.push(() => browser.close())
      stage.browser = browser
      stage.page = await browser.newPage()
      stage.page.on('request', (sent) => {
        const token = /^Bearer (.+)/.exec(sent.headers().authorization ?? '')?.[1]
        if (token && !stage.tokens.includes(token)) stage.tokens.push(token)
      })
      await stage.page.goto(stage.appOrigin)
      return seen(stage, 'list: signed out', '01-signed-out')
    },
  },
  {
    name: 'sign-up',
    needs: ['signed out'],
    promised: 'a new user has no tasks',
    run: async (stage) => {
      const { auth } = stage
      const page = pageOf(stage)
      // The first token is one that expires at once.
      if (auth) auth.tokenLifetime = '1s'
      for (const [name, value] of Object.entries({
        name: 'Ada',
        email: 'ada@example.com',
        password: 'correct horse',
      }))
        await page.fill(`#sign-up [name=${name}]`, value)
      await page.click('#sign-up button')
      return seen(stage, 'sign-up: done', '02-signed-up')
    },
  },
  {
    name: 'create, edit, complete, delete',
    needs: ['sign-up'],
    promised: 'each is seen in the list',
    run: async (stage) => {
      const page = pageOf(stage)
      for (const title of ['Book the room', 'Bake a cake', 'Call Bob']) await create(page, title)
      await seen(stage, 'Call Bob', '03-created')
      await onTask(page, 'Book the room', 'Edit')
      await page.getByText('Book the room (edited)').waitFor({ timeout: PATIENCE_MS })
      await onTask(page, 'Bake a cake', 'Complete')
      await page.locator('li s').waitFor({ timeout: PATIENCE_MS })
      await onTask(page, 'Call Bob', 'Delete')
      await page.getByText('Call Bob').waitFor({ state: 'detached', timeout: PATIENCE_MS })
      return seen(stage, 'delete: done', '04-edited')
    },
  },
  {
    name: 'paging',
    needs: ['sign-up'],
    promised: 'page after page, until there is no more',
    run: async (stage) => {
      const page = pageOf(stage)
      for (let n = 1; n <= 5; n += 1) await create(page, `Task ${n}`)
      for (let before = 3; await page.isEnabled('#more'); before += 3) {
        await page.click('#more')
        await page.locator('li').nth(before).waitFor({ timeout: PATIENCE_MS })
      }
      const told = await seen(stage, 'more: done', '05-pages')
      const count = await page.locator('li').count()
      if (count !== 7) throw new Error(`${count} tasks instead of 7`)
      return told
    },
  },
  {
    name: 'expiry',
    needs: ['sign-up'],
    promised: 'a token that expired is renewed, and the page does not notice',
    run: async (stage) => {
      const { auth, tokens } = stage
      const [first = ''] = tokens
      await until(
        // Asked as often as it answers, it would refuse the page as well.
        () => delay(1_000).then(async () => (await codeFor(stage, first)) === 'token_expired'),
        () => `the end of a token and ${LEEWAY_S} s`,
        4 * LEEWAY_S * 1000,
      )
      if (auth) auth.tokenLifetime = '15m'
      await pageOf(stage).click('#reload')
      const told = await seen(stage, 'list: done', '06-expired')
      if (tokens.length < 2) throw new Error('no other token was sent')
      return `${told}; ${tokens.length} tokens so far`
    },
  },
  {
    name: 'key rotation',
    needs: ['sign-up'],
    promised: 'a token of a new key is taken at once',
    run: async (stage) => {
      const { auth, tokens } = stage
      const keyOf = (token = '') =>
        JSON.parse(Buffer.from(token.split('.')[0] ?? '', 'base64url').toString()).kid
      const before = keyOf(tokens.at(-1))
      auth?.rotate()
      await pageOf(stage).reload()
      const told = await seen(stage, 'list: done', '07-rotated')
      if (keyOf(tokens.at(-1)) === before) throw new Error('the key is the same')
      return `${told}; another kid`
    },
  },
  {
    name: 'auth server down',
    needs: ['sign-up'],
    promised: 'who has a token goes on, who needs one is told, and all is well afterwards',
    run: async (stage) => {
      const page = pageOf(stage)
      await stage.auth?.down()
      await page.click('#reload')
      await seen(stage, 'list: done', '08-auth-down-with-token')
      await page.reload()
      const unreachable = 'list: the auth server cannot be reached'
      const told = await seen(stage, unreachable, '09-auth-down').finally(stage.auth?.up)
      await page.reload()
      await seen(stage, 'list: done', '10-auth-up')
      return told
    },
  },
  {
    name: 'hostile origin',
    needs: ['sign-up'],
    promised: 'a page from elsewhere with a stolen token neither reads nor writes',
    run: async (stage) => {
      const { browser, tokens, apiUrl = '' } = stage
      const actor = browser && (await pageAs(browser, `http://evil.localhost:${stage.appPort}`))
      if (!actor) throw new NotDone('the browser cannot have a page from there')
      const headers = {
        authorization: `Bearer ${tokens.at(-1)}`,
        'content-type': 'application/json',
      }
      const url = `${apiUrl}/api/v1/tasks`
      const body = JSON.stringify({ title: 'Stolen' })
      const answers = [
        await actor.fetch(url, { headers }),
        await actor.fetch(url, { method: 'POST', headers, body }),
      ]
      const complaint = actor.complaint()
      await actor.close()
      if (answers.some(Boolean)) throw new Error('the browser showed it an answer')
      await pageOf(stage).click('#reload')
      const told = await seen(stage, 'list: done', '11-hostile')
      if (told.includes('Stolen')) throw new Error('it wrote')
      return complaint
    },
  },
  {
    name: 'rewritten',
    needs: ['sign-up'],
    promised: 'the same app works where its own origin passes the paths on',
    run: async (stage) => {
      const page = pageOf(stage)
      await page.goto(`${stage.appOrigin}/?rewritten`)
      await seen(stage, 'list: done', '12-rewritten')
      const answered = page.waitForResponse((it) => it.request().method() === 'PATCH')
      await onTask(page, 'Task 5', 'Edit')
      const headers = await (await answered).allHeaders()
      const told = await seen(stage, 'edit: done', '13-rewritten-edit')
      const kept = ['etag', 'content-encoding', 'access-control-allow-origin'].map(
        (name) => `${name}: ${headers[name] ?? 'none'}`,
      )
      return `${told}; ${kept.join(', ')}`
    },
  },
]
