import { accessSync, constants, existsSync, mkdirSync, statSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import type { Secret } from '../redact.ts'
import type { Report } from '../report.ts'
import { assertClean } from '../secrets.ts'
import { htmlOf } from './html.ts'
import { junitOf } from './junit.ts'
import { sarifOf } from './sarif.ts'

/** Every artefact by its file name, all from the report alone. */
export const renderAll = (report: Report): Record<string, string> => {
  const text = `${JSON.stringify(report, undefined, 2)}\n`
  // What a reader of report.json has, and nothing that only this process knows.
  const told = JSON.parse(text) as Report
  return {
    'report.json': text,
    'report.html': htmlOf(told),
    'junit.xml': junitOf(told),
    'report.sarif': sarifOf(told),
  }
}

/** Makes a folder and those above it, one by one: told to do so by itself, Node never ends where it cannot. */
export const makeFolder = (folder: string): void => {
  if (!existsSync(folder)) {
    makeFolder(dirname(folder))
    mkdirSync(folder)
  }
  if (!statSync(folder).isDirectory()) throw new Error(`${folder} is no folder`)
  accessSync(folder, constants.W_OK)
}

/** Writes all of them, or, where one holds a secret, none. @throws SecretFound */
export const writeReports = (
  report: Report,
  folder: string,
  secrets: readonly Secret[],
  omitted: readonly string[] = [],
): string[] => {
  const artefacts = renderAll(report)
  assertClean(artefacts, secrets)
  makeFolder(folder)
  return Object.entries(artefacts)
    .filter(([name]) => !omitted.includes(name))
    .map(([name, text]) => {
      const file = join(folder, name)
      writeFileSync(file, text)
      return file
    })
}
