import { createHash } from 'node:crypto'
import { openApiDocument } from '../../contract/openapi/document.ts'

/** Where the document and the types made of it are kept. */
export const documentFile = new URL('../openapi.json', import.meta.url)
export const typesFile = new URL('../schema.ts', import.meta.url)

export const documentText = (): string => `${JSON.stringify(openApiDocument(), null, 2)}\n`

/** The first line of the types, which tells what they were made of. */
export const originOf = (document: string): string =>
  `// Made of openapi.json, sha256 ${createHash('sha256').update(document).digest('hex')}.\n`
