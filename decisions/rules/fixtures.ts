import { indexOf } from './index-page.ts'
import { parseRecord } from './record.ts'
import { requirementIds } from './records.ts'
import type { LiveCheck, Records } from './rule.ts'

/** The text of a record that breaks no rule. */
export const good = `---
status: accepted
date: 2026-11-23
requirements: [FR-001]
confirmed-by: [a.test.ts, verification/checks/a.ts]
endpoints: [read]
variables: [PORT]
---
# Do this

## Context and Problem

Why.

## Considered Options

- This
- That

## Decision Outcome

This, on PORT.

### Consequences

- Good, because it is.
- Bad, because it costs.

## Confirmation

A test. See [FR-001](requirements.md#fr-001).
`

export const check = (replaced: Partial<LiveCheck> = {}): LiveCheck => ({
  id: 'A-01',
  requirements: ['FR-001'],
  record: cite('0001'),
  file: 'verification/checks/a.ts',
  ...replaced,
})

/** Records that break no rule, but for what is replaced in the only one or beside it. */
export const small = (
  replaced: readonly [string, string][] = [],
  other: Partial<Records> & { file?: string; more?: readonly [string, string][] } = {},
): Records => {
  const { file = '0001-do-this.md', more = [], ...rest } = other
  const edited = (edits: readonly [string, string][]) =>
    edits.reduce((text, [from, to]) => text.replace(from, to), good)
  const texts: [string, string][] = [[file, edited(replaced)]]
  if (more.length > 0) texts.push(['0002-do-that.md', edited([['Do this', 'Do that'], ...more])])
  const requirements = '# Requirements\n<a id="fr-001"></a> **FR-001** Do.\n'
  const documents: [string, string][] = texts.map(([name, text]) => [`decisions/${name}`, text])
  documents.push(['decisions/requirements.md', requirements])
  const records = texts.map(([name, text]) => parseRecord(name, text))
  const ids = requirementIds(requirements)
  const made = indexOf(records, ids)
  return {
    records,
    requirements: ids,
    operations: ['read'],
    variables: ['PORT'],
    checks: [check()],
    sources: new Map(),
    documents: new Map(documents),
    index: { written: made, made },
    exists: (path) => ['a.test.ts', 'verification/checks/a.ts'].includes(path),
    ...rest,
  }
}

/** Never written out, or the rule would find it here. */
export const cite = (number: string) => `ADR-${number}`
