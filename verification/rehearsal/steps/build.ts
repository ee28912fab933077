import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { program } from '../../../bootstrap/system/throwaway-service.ts'
import { assertDone, buildSteps, copyTo, leftOverPackages } from '../clean-copy.ts'
import type { Stage } from '../stage.ts'
import type { Step } from '../step.ts'

/** For the packages, from wherever they come. */
const BUILD_PATIENCE_MS = 150_000

const copy: Step<Stage> = {
  name: 'clean copy',
  promised: 'a commit is all that a deploy is made from',
  run: async ({ source, app }) => {
    const files = copyTo(app, source)
    if (!source.commit) return `${files} files of ${source.tree}, which is no git checkout`
    const aside = source.uncommitted
    const warning = aside > 0 ? `; ${aside} uncommitted changes are NOT in it` : ''
    return `${files} files and folders of ${source.commit.slice(0, 12)}${warning}`
  },
}

const build: Step<Stage> = {
  name: 'build',
  promised: 'npm ci, npm run build, then nothing but packages of production is left',
  needs: ['clean copy'],
  run: async ({ app, folder, undo }) => {
    for (const command of buildSteps) {
      const env = { TMPDIR: folder }
      const running = program(command, { cwd: app, env, timeoutMs: BUILD_PATIENCE_MS })
      undo.push(running.kill)
      await assertDone(running, command.slice(0, 3).join(' '))
    }
    const { dependencies, devDependencies } = JSON.parse(
      readFileSync(join(app, 'package.json'), 'utf8'),
    ) as Record<string, object>
    const left = leftOverPackages(app, Object.keys(devDependencies ?? {}))
    if (left.length > 0) throw new Error(`packages of development are left: ${left.join(', ')}`)
    for (const file of ['dist/main.js', 'dist/migrate.js'])
      if (!existsSync(join(app, file))) throw new Error(`the build made no ${file}`)
    return `built with Node ${process.versions.node}; ${Object.keys(dependencies ?? {}).length} packages of production, none of development`
  },
}

export const buildPart: readonly Step<Stage>[] = [copy, build]
