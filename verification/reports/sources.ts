import { readdirSync, readFileSync } from 'node:fs'
import type { ReportedCheck } from './report.ts'

const folder = new URL('../checks/', import.meta.url)
const FOLDER = 'verification/checks'

/** Where each check is written, found by its id; the list of all where an id is made from parts. */
export const sourcesOf = (): ((id: string) => ReportedCheck['source']) => {
  const found = new Map<string, ReportedCheck['source']>()
  for (const name of readdirSync(folder, { recursive: true, encoding: 'utf8' }).sort()) {
    if (!name.endsWith('.ts') || name.endsWith('.spec.ts')) continue
    const lines = readFileSync(new URL(name, folder), 'utf8').split('\n')
    for (const [index, line] of lines.entries()) {
      const id = /['"]([A-Z]-\d\d)['"]/.exec(line)?.[1]
      if (id && !found.has(id)) found.set(id, { file: `${FOLDER}/${name}`, line: index + 1 })
    }
  }
  return (id) => found.get(id) ?? { file: `${FOLDER}/all.ts`, line: 1 }
}
