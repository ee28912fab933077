import { createHash } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { operations } from './contract/contract.ts'

const asset = (name: string): Promise<string> =>
  readFile(createRequire(import.meta.url).resolve(`swagger-ui-dist/${name}`), 'utf8')

const start = `SwaggerUIBundle({ url: '${operations.openapi.path}', dom_id: '#docs', deepLinking: true })`

interface Page {
  html: string
  /** the Content-Security-Policy under which it runs: just its own two scripts, calls to this service only */
  policy: string
}
let page: Promise<Page> | undefined

/** Swagger UI as one page without a single further request but the one for the document. Made at first use. */
export const docsPage = (): Promise<Page> => {
  page ??= makePage()
  return page
}

const makePage = async (): Promise<Page> => {
  const [script, style] = await Promise.all([
    asset('swagger-ui-bundle.js'),
    asset('swagger-ui.css'),
  ])
  const hashes = [script, start].map(
    (source) => `'sha256-${createHash('sha256').update(source).digest('base64')}'`,
  )
  return {
    policy: [
      "default-src 'none'",
      `script-src ${hashes.join(' ')}`,
      "style-src 'unsafe-inline'",
      'img-src data:',
      "connect-src 'self'",
      "base-uri 'none'",
      "frame-ancestors 'none'",
    ].join('; '),
    html: [
      '<!doctype html><html lang="en"><meta charset="utf-8"><title>Tasks API</title>',
      '<meta name="viewport" content="width=device-width, initial-scale=1">',
      `<style>${style}</style><div id="docs"></div>`,
      `<script>${script}</script><script>${start}</script></html>`,
    ].join('\n'),
  }
}
