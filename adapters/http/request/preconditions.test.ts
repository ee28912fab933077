import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { entityTag, ifMatch, matchesNone } from './preconditions.ts'

describe('If-Match', () => {
  const conditions: [string | undefined, number[] | undefined][] = [
    [undefined, undefined],
    ['*', undefined],
    [' * ', undefined],
    ['"1"', [1]],
    ['"1","2"', [1, 2]],
    ['"1" , "x", "3"', [1, 3]],
    [',"1",, "2",', [1, 2]],
    ['W/"1"', [1]],
    ['W/"1", "2"', [1, 2]],
    ['w/"1"', []],
    ['1', []],
    ['"1', []],
    ['"1" "2"', []],
    ['*, "1"', []],
    ['"1", *', []],
    ['"01"', []],
    ['"0"', []],
    ['"-1"', []],
    ['"1.0"', []],
    ['"2147483647"', [2147483647]],
    ['"2147483648"', []],
    ['"99999999999999999999"', []],
    ['""', []],
    ['', []],
    [',', []],
    ['"é"', []],
    ['\t"1"\t,\t"2"', [1, 2]],
    ['\u00a0"1"', []],
    ['"1",\u00a0"2"', []],
    ['\u00a0*', []],
  ]
  for (const [header, versions] of conditions)
    it(`${header} asks for ${versions?.join(' or ') ?? 'any'}`, () =>
      assert.deepEqual(ifMatch(header), versions))
})

describe('If-None-Match', () => {
  const fresh: [string | undefined, boolean][] = [
    [undefined, true],
    ['*', false],
    ['"7"', false],
    ['W/"7"', false],
    ['"1", W/"7"', false],
    ['"6"', true],
    ['"77"', true],
    ['7', true],
    ['', true],
    ['*, "7"', true],
    ['\u00a0*', true],
    ['"7"\u00a0', true],
  ]
  for (const [header, expected] of fresh)
    it(`${header} ${expected ? 'gets' : 'knows'} version 7`, () =>
      assert.equal(matchesNone(header, 7), expected))
})

it('a header full of commas takes no time to refuse', () => {
  assert.deepEqual(ifMatch(`"1"${', ,'.repeat(5000)}x`), [])
  assert.deepEqual(ifMatch(`${'"1",'.repeat(4000)}x`), [])
})

it('the tag of a version is one that If-Match understands', () => {
  assert.deepEqual(ifMatch(entityTag(12)), [12])
})
