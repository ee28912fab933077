import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Logger } from '@stryker-mutator/api/logging'
import { Instrumenter } from '@stryker-mutator/instrumenter'
import { root } from '../../../../bootstrap/system/build.ts'
import { type GeneratedMutant, wording } from '../generated-mutant.ts'

/** The folders whose faults the live suite has to see. */
const folders = ['domain', 'application', 'adapters/http', 'adapters/jwt'] as const

export interface Instrumented {
  /** the sources with every mutant in them, each behind a switch; by absolute path */
  sources: ReadonlyMap<string, string>
  mutants: readonly GeneratedMutant[]
}

/** Has Stryker's operators at everything in the folders that runs in production. */
export const instrument = async (): Promise<Instrumented> => {
  const originals = new Map(folders.flatMap(sourcesIn))
  const files = [...originals].map(([name, content]) => ({ name, content, mutate: true }))
  const result = await new Instrumenter(silent).instrument(files, {
    plugins: null,
    ignorers: [],
    excludedMutations: [],
  })
  return {
    sources: new Map(result.files.map(({ name, content }) => [name, content])),
    mutants: result.mutants.map(({ id, fileName, location, mutatorName, replacement }) => ({
      id,
      file: fileName.slice(root.length),
      line: location.start.line + 1,
      operator: mutatorName,
      ...wording(originals.get(fileName) ?? '', location, replacement ?? ''),
    })),
  }
}

/** What is no part of the running service, or says in the documentation, at the start or in the log how it is. */
const elsewhere =
  /^adapters\/(http\/client|http\/contract\/(openapi|example|kept-limits)|jwt\/(secret-strength|state-log))/

const isProduction = (path: string): boolean =>
  path.endsWith('.ts') &&
  !/\.(test|spec|contract)\.ts$|fixtures\.ts$/.test(path) &&
  !elsewhere.test(path)

const sourcesIn = (folder: string): [path: string, source: string][] =>
  readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
    .map((path) => join(folder, path))
    .filter(isProduction)
    .sort()
    .map((path) => join(root, path))
    .map((path) => [path, readFileSync(path, 'utf8')])

const nothing = () => undefined
const no = () => false
const silent: Logger = {
  ...{ fatal: nothing, error: nothing, warn: nothing },
  ...{ info: nothing, debug: nothing, trace: nothing },
  ...{ isFatalEnabled: no, isErrorEnabled: no, isWarnEnabled: no },
  ...{ isInfoEnabled: no, isDebugEnabled: no, isTraceEnabled: no },
}
