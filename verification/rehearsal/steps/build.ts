import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { program } from '../../../bootstrap/system/program.ts'
import { assertSucceeded } from '../output.ts'
import { copyTo } from '../source.ts'
import type { Step } from '../step.ts'

/** npm downloads the packages where its cache lacks them. */
const BUILD_TIMEOUT_MS = 150_000

/** What Railpack runs, and a prune so that no development package can be left. */
const commands: readonly (readonly string[])[] = [
  ['npm', 'ci', '--no-audit', '--no-fund', '--prefer-offline'],
  ['npm', 'run', 'build'],
  ['npm', 'prune', '--omit=dev', '--no-audit', '--no-fund'],
]

const cleanCopy: Step = {
  name: 'clean copy',
  promised: 'a commit is all that a deploy is made from',
  run: async ({ source, app }) => {
    const files = copyTo(app, source)
    if (!source.commit) return `${files} files of ${source.tree}, which is no git checkout`
    const { uncommitted } = source
    const warning = uncommitted > 0 ? `; ${uncommitted} uncommitted changes are NOT in it` : ''
    return `${files} files and folders of ${source.commit.slice(0, 12)}${warning}`
  },
}

const build: Step = {
  name: 'build',
  promised: 'npm ci, npm run build, then nothing but packages of production is left',
  needs: ['clean copy'],
  run: async ({ app, folder, teardown }) => {
    for (const command of commands) {
      const options = { cwd: app, env: { TMPDIR: folder }, timeoutMs: BUILD_TIMEOUT_MS }
      const running = program(command, options)
      teardown.add(running.kill)
      await assertSucceeded(running, command.slice(0, 3).join(' '))
    }
    const read = (file: string) => JSON.parse(readFileSync(join(app, file), 'utf8'))
    const { dependencies = {} }: Record<string, object> = read('package.json')
    // What production needs as well is not marked, though it stands among those of development.
    const locked: Record<string, { dev?: boolean }> = read('package-lock.json').packages
    const left = Object.keys(locked).filter((it) => locked[it]?.dev && existsSync(join(app, it)))
    if (left.length > 0) throw new Error(`packages of development are left: ${left.join(', ')}`)
    for (const file of ['dist/main.js', 'dist/migrate.js'])
      if (!existsSync(join(app, file))) throw new Error(`the build made no ${file}`)
    return `built with Node ${process.versions.node}; ${Object.keys(dependencies).length} packages of production, none of development`
  },
}

export const buildSteps: readonly Step[] = [cleanCopy, build]
