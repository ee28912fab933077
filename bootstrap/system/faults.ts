import { spawn } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { hasPgbouncer } from '../../adapters/postgres/faults/pgbouncer.ts'
import { type Rule, rules } from '../../adapters/postgres/faults/rules.ts'
import { durability } from './durability.ts'

/**
 * The faults that take too long for the ordinary tests.
 *   (nothing)     the slow rules and the durability run
 *   --plain       every quick rule, on our pool and on the driver's own as it comes: what each of them breaks
 *   --durability  the durability run alone; --seconds=n for another length than 60
 *   --only=A-6    beside --plain: this rule alone
 */
const flags = process.argv.slice(2)
const seconds = Number(flags.find((flag) => flag.startsWith('--seconds='))?.split('=')[1] ?? 60)
const only = flags.find((flag) => flag.startsWith('--only='))?.split('=')[1]
const LIMIT_MS = 150_000

const say = (line: string) => process.stdout.write(`${line}\n`)
const scratch = mkdtempSync(join(tmpdir(), 'tasks-faults-'))

interface Verdict {
  kept: boolean
  /** figures, or what was broken */
  told: string
}

const inChild = (rule: Rule, who: 'ours' | 'plain'): Promise<Verdict> =>
  new Promise((resolve) => {
    const file = fileURLToPath(new URL('../../adapters/postgres/faults/child.ts', import.meta.url))
    const args = ['--import', 'tsx', file, String(rules.indexOf(rule)), who]
    const child = spawn(process.execPath, args, {
      env: { ...process.env, TMPDIR: scratch },
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    let out = ''
    let errors = ''
    let late = false
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      out += text
    })
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      errors += text
    })
    const timer = setTimeout(() => {
      late = true
      child.kill('SIGKILL')
    }, LIMIT_MS)
    child.once('close', (code) => {
      clearTimeout(timer)
      const crash = errors.split('\n').find((line) => /^\w*(Error|Exception)\b/.test(line))
      const told = late
        ? `no end within ${LIMIT_MS / 1_000} s`
        : code === 0 || code === 2
          ? out.trim().split('\n').at(-1)
          : `THE PROCESS ENDED: ${crash ?? `exit code ${code}`}`
      resolve({ kept: code === 0, told: told ?? '' })
    })
  })

const tally = { passed: 0, failed: 0, skipped: 0 }
const count = (kept: boolean) => {
  tally[kept ? 'passed' : 'failed'] += 1
}

const compare = async () => {
  const broken = new Set<string>()
  for (const rule of rules.filter(({ id, slow }) => !slow && (!only || id === only))) {
    if (isMissing(rule)) continue
    const own = await inChild(rule, 'ours')
    const theirs = await inChild(rule, 'plain')
    count(own.kept)
    if (!theirs.kept) broken.add(rule.id)
    say(`${rule.id.padEnd(9)} ${rule.title}`)
    say(`          ours  ${own.kept ? 'kept' : 'BROKEN'}  ${own.told}`)
    say(`          plain ${theirs.kept ? 'kept' : 'BROKEN'}  ${theirs.told}`)
  }
  say(`\nthe plain pool breaks: ${[...broken].join(', ')}`)
}

const isMissing = (rule: Rule): boolean => {
  if (rule.needs !== 'pgbouncer' || hasPgbouncer()) return false
  tally.skipped += 1
  say(`skipped  ${rule.id} · ${rule.title}: there is no pgbouncer`)
  return true
}

const slowRules = async () => {
  for (const rule of rules.filter(({ slow }) => slow)) {
    if (isMissing(rule)) continue
    const { kept, told } = await inChild(rule, 'ours')
    count(kept)
    say(`${kept ? 'passed' : 'FAILED'}   ${rule.id} · ${rule.title}: ${told}`)
  }
}

try {
  if (flags.includes('--plain')) await compare()
  else {
    if (!flags.includes('--durability')) await slowRules()
    count(await durability(seconds, say))
  }
} finally {
  rmSync(scratch, { recursive: true, force: true, maxRetries: 5 })
}
say(`${tally.passed} passed, ${tally.failed} failed, ${tally.skipped} skipped`)
process.exit(tally.failed > 0 ? 1 : 0)
