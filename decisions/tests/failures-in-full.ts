import { relative } from 'node:path'
import type { TestEvent } from 'node:test/reporters'
import { inspect } from 'node:util'

/** How much of what a file with failures wrote is shown. */
const OUTPUT_MAX = 4_000

/**
 * A reporter: a dot for each file, every failure in full when it happens, what was skipped with its reason, and at the
 * end the names of what failed and Node's own counts. Where nothing failed that fits one screen.
 */
export async function* failuresInFull(events: AsyncIterable<TestEvent>): AsyncGenerator<string> {
  /** the names of the tests that the next event is inside of */
  const names: string[] = []
  const failed: string[] = []
  /** by reason: the first test, and how many more there are */
  const skipped = new Map<string, { where: string; more: number }>()
  const counts: string[] = []
  let current = ''
  let output = ''
  let hasFailed = false
  const theRest = () => (hasFailed && output !== '' ? `${output}\n` : '')

  for await (const { type, data } of events) {
    if (isTold(type) && data && 'file' in data && data.file && data.file !== current) {
      yield `${theRest()}.`
      current = data.file
      output = ''
      hasFailed = false
    }
    if (type === 'test:stdout' || type === 'test:stderr')
      output = (output + data.message).slice(-OUTPUT_MAX)
    if (
      type === 'test:diagnostic' &&
      data.nesting === 0 &&
      !/^(cancelled|todo) 0$/.test(data.message)
    )
      counts.push(`ℹ ${data.message}`)
    if (type === 'test:start') names.splice(data.nesting, Number.POSITIVE_INFINITY, data.name)
    if (type !== 'test:pass' && type !== 'test:fail') continue
    names.splice(data.nesting, Number.POSITIVE_INFINITY, data.name)
    const where = `${names.join(' › ')} (${relative('', data.file ?? '')})`
    const aside = [...asideOf('skipped', data.skip), ...asideOf('todo', data.todo)]
    const alike = skipped.get(aside.join(', '))
    if (alike) alike.more += 1
    else if (aside.length > 0) skipped.set(aside.join(', '), { where, more: 0 })
    else if (type === 'test:fail' && !isOfSubtests(data.details.error)) {
      hasFailed = true
      failed.push(`✖ ${where}`)
      yield `\n✖ ${where}\n${inspect(causeOf(data.details.error))}\n`
    }
  }
  yield `${theRest()}\n`
  const asides = [...skipped].map(
    ([why, { where, more }]) => `${where}${more > 0 ? `, and ${more} more` : ''}: ${why}`,
  )
  for (const lines of [asides, failed, counts])
    if (lines.length > 0) yield `\n${lines.join('\n')}\n`
}

/** The other events come when they happen; these come file by file. */
const isTold = (type: string): boolean => /^test:(start|pass|fail|stdout|stderr)$/.test(type)

const asideOf = (kind: string, said: string | boolean | undefined): string[] =>
  said === undefined || said === false ? [] : [said === true ? kind : `${kind}, ${said}`]

/** A suite fails with its tests, which are told themselves. */
const isOfSubtests = (error: Error & { failureType?: string }): boolean =>
  error.failureType === 'subtestsFailed'

/** Node wraps what a test threw. */
const causeOf = (error: Error): unknown => error.cause ?? error
