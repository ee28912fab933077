import { readFileSync } from 'node:fs'
import { register } from 'node:module'
import { fileURLToPath } from 'node:url'
import { isMainThread } from 'node:worker_threads'

// From 22.18 on Node strips types itself. Before that a hook does, which Node runs in a thread of its own.
if (isMainThread && !process.features.typescript) register(import.meta.url)

/** What Node strips types with, as WebAssembly; esbuild's binary is an optional package, which may be left out. */
const newStripper = async () => {
  const swc = await import('@swc/wasm-typescript').catch(() => undefined)
  if (swc) return (source) => swc.transformSync(source, { mode: 'strip-only' }).code
  const esbuild = await import('esbuild')
  return (source) => esbuild.transformSync(source, { loader: 'ts', target: 'node20' }).code
}
let stripper

/** The hook: every file of ours without its types, line for line. */
export const load = async (url, context, next) => {
  if (!url.endsWith('.ts')) return next(url, context)
  stripper ??= newStripper()
  const strip = await stripper
  const source = strip(readFileSync(fileURLToPath(url), 'utf8'))
  return { format: 'module', source, shortCircuit: true }
}
