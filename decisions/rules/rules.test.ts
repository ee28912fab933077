import assert from 'node:assert/strict'
import { describe, it, test } from 'node:test'
import { check, cite, good, small } from './fixtures.ts'
import { anchorsOf } from './links.ts'
import { parseRecord } from './record.ts'
import { readRecords } from './records.ts'
import { rules, slugOf } from './rules.ts'

const decisions = readRecords()

describe('the decision records, one for every infrastructure decision (US3, SC-005)', () => {
  it('are there, and so is what they answer', () => {
    assert.ok(decisions.records.length >= 20, `only ${decisions.records.length} records were read`)
    assert.ok(decisions.requirements.length >= 18, `only ${decisions.requirements.join()}`)
    assert.ok(decisions.sources.size > 60, `only ${decisions.sources.size} files were read`)
    assert.ok([...decisions.sources.values()].some((text) => /ADR-\d{4}/.test(text)))
  })

  for (const [name, rule] of Object.entries(rules))
    it(`keep the rule ${name}`, () => assert.deepEqual(rule(decisions), []))
})

const nowhere = (target: string): [string, string] => ['requirements.md#fr-001', target]
const nobodyLive: [string, string] = [', verification/checks/a.ts]', ']']
const options =
  '## Considered Options\n\n- This\n- That\n\n## Decision Outcome\n\nThis, on PORT.\n\n'
const successor: [string, string] = ['accepted', 'superseded by 0002']
const claim: [string, string] = ['date:', 'supersedes: [0001]\ndate:']

describe('a rule', () => {
  it('finds nothing where nothing is wrong', () => {
    const checks = [check(), check({ id: 'A-02', record: cite('0002') })]
    const both = small([successor], { more: [claim], checks })
    const tested = small([nobodyLive], {
      checks: [],
      sources: new Map([['a.test.ts', "it('does it (FR-001)')"]]),
    })
    const citing = small([], { sources: new Map([['a.ts', `'${cite('0001')}'`]]) })
    for (const one of [small(), both, citing, tested])
      for (const [name, rule] of Object.entries(rules)) assert.deepEqual(rule(one), [], name)
  })

  const planted: [keyof typeof rules, ReturnType<typeof small>, RegExp][] = [
    ['contiguousNumbers', small([], { file: '0002-do-this.md' }), /stands where 0001 should/],
    ['legalStatus', small([['accepted', 'rejected']]), /no legal status/],
    ['legalStatus', small([['status: accepted\n', '']]), /no legal status/],
    ['calendarDate', small([['2026-11-23', '2026-23-11']]), /no date/],
    ['nameOfTitle', small([['Do this', 'Do that']]), /should be called 0001-do-that\.md/],
    ['sectionsPresent', small([['## Confirmation', '## Notes']]), /has the sections .*Notes/],
    ['sectionsPresent', small([['### Consequences', '']]), /and not/],
    ['realChoice', small([['- That\n', '']]), /fewer than two options/],
    ['realChoice', small([['- Bad,', '- Good,']]), /nothing that is bad/],
    ['moderateLength', small([[options, '']]), /not 25 to 45/],
    ['moderateLength', small([['Why.', 'Why.\n'.repeat(40)]]), /not 25 to 45/],
    ['mutualSupersession', small([successor]), /by 0002, which does not say so/],
    ['mutualSupersession', small([], { more: [claim] }), /supersedes 0001, which/],
    ['confirmed', small([['[a.test.ts, verification/checks/a.ts]', '[]']]), /by nothing/],
    ['confirmed', small([['a.test.ts', 'a.ts']]), /no test or check/],
    ['confirmed', small([['a.test.ts', 'b.test.ts']]), /b\.test\.ts, which is not there/],
    ['confirmed', small([['checks/a.ts]', 'checks/a.ts, A-09]']]), /A-09, which is not there/],
    ['knownRequirements', small([['[FR-001]', '[FR-002]']]), /claims FR-002/],
    ['knownRequirements', small([['[FR-001]', '[]']]), /answers no requirement/],
    ['claimedRequirements', small([['[FR-001]', '[]']]), /FR-001 is claimed by no record/],
    ['knownEndpoints', small([['[read]', '[read, write]']]), /claims write, no operation/],
    ['knownVariables', small([['[PORT]', '[PORT, HOST]']]), /claims HOST, no variable/],
    ['explainedVariables', small([['on PORT', 'on it']]), /claims PORT without a word/],
    ['claimedEndpoints', small([['[read]', '[]']]), /^read is claimed .* add it to `endpoints`/],
    ['claimedEndpoints', small([], { operations: ['read', 'write'] }), /^write is claimed by no/],
    ['claimedVariables', small([], { variables: ['PORT', 'HOST'] }), /^HOST is claimed by no/],
    ['knownByChecks', small([], { checks: [check({ record: cite('0009') })] }), /A-01 names ADR/],
    ['knownByChecks', small([], { checks: [check({ requirements: ['X'] })] }), /A-01 proves X/],
    ['provedRequirements', small([], { checks: [] }), /FR-001 is claimed by no check/],
    ['mutualProof', small([nobodyLive]), /by checks in verification\/checks\/a\.ts: add/],
    ['mutualProof', small([], { checks: [] }), /no check names it: name single/],
    [
      'existingCitations',
      small([], { sources: new Map([['a.ts', `/** ${cite('0009')} */`]]) }),
      /^a\.ts cites record 0009/,
    ],
    ['resolvingLinks', small([nowhere('other.md')]), /links to other\.md/],
    ['resolvingLinks', small([nowhere('requirements.md#fr-009')]), /#fr-009/],
    ['resolvingLinks', small([nowhere('#nothing')]), /#nothing/],
    ['currentIndex', small([], { index: { written: 'old', made: 'new' } }), /stale/],
  ]
  for (const [name, wrong, expected] of planted)
    it(`${name} finds ${expected.source}`, () => {
      const found = rules[name]?.(wrong) ?? []
      assert.equal(found.length, 1, found.join('\n'))
      assert.match(found[0] ?? '', expected)
    })

  it('is planted against, every one', () => {
    assert.deepEqual(new Set(planted.map(([name]) => name)), new Set(Object.keys(rules)))
  })
})

test('what cannot be read is said with the name of its file', () => {
  for (const text of [
    '',
    '# Title\n',
    good.replace('status:', 'state:'),
    good.replace('# Do', 'Do'),
  ])
    assert.throws(() => parseRecord('0001-x.md', text), /^Error: 0001-x\.md /)
})

test('a member that is given twice is refused', () => {
  const twice = good.replace('date:', 'status: proposed\ndate:')
  assert.throws(() => parseRecord('0001-x.md', twice), /cannot be read at: status: proposed/)
})

test('a title becomes a name', () => {
  assert.equal(slugOf("Answer Bob's 404, not 403"), 'answer-bobs-404-not-403')
})

test('links in code are none, and anchors are ids or headings', () => {
  const text = '```\n[a](gone.md)\n```\n`[b](gone.md)` [c](https://example.com)'
  const documents = new Map([['decisions/0001-do-this.md', text]])
  assert.deepEqual(rules.resolvingLinks?.(small([], { documents })), [])
  assert.deepEqual([...anchorsOf('## Deploy: Neon & co\n<a id="x"></a>')], ['x', 'deploy-neon--co'])
})
