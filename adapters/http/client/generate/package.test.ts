import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import {
  cpSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { delimiter, join } from 'node:path'
import { after, before, describe, it } from 'node:test'
import { fileURLToPath } from 'node:url'
import { gzipSync } from 'node:zlib'
import { build } from 'esbuild'

const root = fileURLToPath(new URL('../../../../', import.meta.url))
const client = join(root, 'adapters/http/client')
const folder = mkdtempSync(join(tmpdir(), 'tasks-client-'))
const installed = join(folder, 'node_modules/task-ownership-client')
after(() => rmSync(folder, { recursive: true, force: true }))

/** Beside React, what an app pays for is small; 4,695 bytes when this was set. */
const GZIP_MAX_BYTES = 6_000

const PATH = [join(root, 'node_modules/.bin'), process.env.PATH].join(delimiter)
const run = (command: string, args: readonly string[], cwd: string) =>
  execFileSync(command, args, {
    cwd,
    env: { ...process.env, PATH, npm_config_ignore_scripts: 'false' },
    stdio: ['ignore', 'pipe', 'pipe'],
    timeout: 120_000,
    shell: process.platform === 'win32',
  })
const made = "const tasks = taskClient({ baseUrl: '', token: () => '' })"

const kept = JSON.parse(readFileSync(join(client, 'package.json'), 'utf8'))

describe('the package of the client', () => {
  before(() => {
    const source = join(folder, 'source')
    cpSync(client, source, { recursive: true })
    symlinkSync(join(root, 'node_modules'), join(source, 'node_modules'))
    run('npm', ['pack', '--offline', '--pack-destination', folder], source)
    const [archive = ''] = readdirSync(folder).filter((name) => name.endsWith('.tgz'))
    run('tar', ['-xzf', archive], folder)
    cpSync(join(folder, 'package'), installed, { recursive: true })
    for (const name of ['openapi-fetch', 'openapi-typescript-helpers'])
      symlinkSync(join(root, 'node_modules', name), join(folder, 'node_modules', name))
  })

  it('holds what was compiled and the document, and leaves nothing behind', () => {
    assert.deepEqual(readdirSync(installed).sort(), [
      'README.md',
      'dist',
      'openapi.json',
      'package.json',
    ])
    assert.ok(!readdirSync(join(folder, 'source')).includes('dist'))
  })

  it('has types for an app, which takes no wrong value', () => {
    const app = join(folder, 'app.ts')
    const check = (use: string) => {
      writeFileSync(app, `import { taskClient } from 'task-ownership-client'\n${made}\n${use}\n`)
      run(
        'tsc',
        [
          ...'--noEmit --strict --target es2022 --lib es2022,dom --module esnext'.split(' '),
          ...'--moduleResolution bundler --types'.split(' '),
          '',
          app,
        ],
        folder,
      )
    }
    check("tasks.create({ title: 'a', priority: 'high' })")
    assert.throws(() => check("tasks.create({ title: 'a', priority: 'urgent' })"))
    assert.throws(() => check('tasks.create({})'))
  })

  it('runs as it was installed', () => {
    const script = `import { isProblem, taskClient } from 'task-ownership-client'
${made}
console.log(typeof tasks.create, isProblem(new Error('x')))`
    writeFileSync(join(folder, 'app.mjs'), script)
    assert.equal(String(run(process.execPath, ['app.mjs'], folder)).trim(), 'function false')
  })

  it('is small, and asks nothing of Node, so that browsers can run it', async () => {
    const { outputFiles, metafile } = await build({
      stdin: { contents: "export * from 'task-ownership-client'", resolveDir: folder },
      bundle: true,
      minify: true,
      format: 'esm',
      platform: 'browser',
      write: false,
      metafile: true,
      logLevel: 'silent',
    })
    const [{ contents } = { contents: new Uint8Array() }] = outputFiles
    const bytes = gzipSync(contents).length
    assert.ok(bytes < GZIP_MAX_BYTES, `${bytes} bytes`)
    for (const { imports } of Object.values(metafile.outputs)) assert.deepEqual(imports, [])
  })

  it('needs what the tests were run with', () => {
    const { devDependencies } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'))
    for (const [name, version] of Object.entries(kept.dependencies))
      assert.equal(devDependencies[name], version)
  })
})
