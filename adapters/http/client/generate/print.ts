import { documentText } from './document.ts'

/** The OpenAPI document, without a server. */
process.stdout.write(documentText())
