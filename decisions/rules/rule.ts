import type { DecisionRecord } from './record.ts'

/** All that the rules look at. Paths are relative to the root. */
export interface Records {
  records: readonly DecisionRecord[]
  /** ids in `decisions/requirements.md` */
  requirements: readonly string[]
  /** ids of the operations in the HTTP contract */
  operations: readonly string[]
  /** names of the variables in the schema */
  variables: readonly string[]
  /** the live checks, each with the file of its group */
  checks: readonly LiveCheck[]
  /** TypeScript by path, for the citations in it */
  sources: ReadonlyMap<string, string>
  /** Markdown by path, for the links in it */
  documents: ReadonlyMap<string, string>
  /** `decisions/README.md` as it is, and as it would be made now */
  index: { written: string; made: string }
  exists(path: string): boolean
}

export interface LiveCheck {
  id: string
  requirements: readonly string[]
  record: string
  file: string
}

/** Returns a sentence for everything that breaks it. */
export type Rule = (decisions: Records) => string[]

export const ofEach =
  (problem: (record: DecisionRecord, decisions: Records) => string | string[]): Rule =>
  (decisions) =>
    decisions.records.flatMap((record) =>
      [problem(record, decisions)].flat().map((text) => `${record.file} ${text}`),
    )

/** Whether what confirms a record is a single live check, named by its id. */
export const isCheckId = (proof: string): boolean => /^[A-Z]-\d\d$/.test(proof)

/** Whether a test's title names it, in parentheses: `'… without its secret (EC-2)'`. */
export const names = (source = '', id = ''): boolean =>
  new RegExp(`^\\s*(?:'|describe|it|test)[^\\n]*\\([^)\\n]*\\b${id}\\b`, 'm').test(source)

/** Tests of the live suite are called `.spec.ts`: `node --test verification` must not take them for checks. */
export const isTest = (path: string): boolean => /\.(test|spec)\.ts$/.test(path)
