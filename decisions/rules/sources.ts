import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { parseSync, Visitor } from 'oxc-parser'

const isSource = (path: string): boolean => /\.[cm]?[jt]sx?$/.test(path)

/** The folders of the project: neither hidden nor made by tools. */
const foldersOf = (root: string): string[] =>
  readdirSync(root, { withFileTypes: true })
    .filter((entry) => entry.isDirectory() && !/^(\..*|node_modules|dist)$/.test(entry.name))
    .map(({ name }) => name)

/** Every TypeScript and JavaScript file of the project, by path from the root. */
export const sourceFiles = (root: string): Map<string, string> => {
  const paths = foldersOf(root).flatMap((folder) =>
    readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' }).map((entry) =>
      join(folder, entry),
    ),
  )
  return new Map(
    [...readdirSync(root), ...paths]
      .filter(isSource)
      .sort()
      .map((path) => [path, readFileSync(join(root, path), 'utf8')]),
  )
}

const parsed = (source: string) => parseSync('source.ts', source)

/** What a file imports and passes on, types included, as written. An import of a computed name is given as its code. */
export const importsOf = (source: string, { module } = parsed(source)): string[] => [
  ...module.staticImports.map(({ moduleRequest }) => moduleRequest.value),
  ...module.staticExports.flatMap(({ entries }) =>
    entries.flatMap(({ moduleRequest }) => moduleRequest?.value ?? []),
  ),
  ...module.dynamicImports.map(({ moduleRequest: { start, end } }) =>
    source.slice(start, end).replace(/^(['"])(.*)\1$/, '$2'),
  ),
]

const textsOf = (nodes: readonly object[]): string[] =>
  nodes.flatMap((node) => ('value' in node && typeof node.value === 'string' ? node.value : []))

/** What a file imports, what it imports as `import('./x.ts').X`, what else its strings say, and the names that it uses. */
export const syntaxOf = (source: string) => {
  const tree = parsed(source)
  const strings = new Set<string>()
  const names = new Set<string>()
  const importsInTypes = new Set<string>()
  new Visitor({
    TSImportType: ({ source }) => void importsInTypes.add(source.value),
    // `join(root, 'bootstrap', 'dev.ts')`
    CallExpression: ({ arguments: all }) => void strings.add(textsOf(all).join('/')),
    Literal: ({ value }) => void (typeof value === 'string' && strings.add(value)),
    TemplateElement: ({ value }) => void strings.add(value.cooked ?? ''),
    Identifier: ({ name }) => void names.add(name),
  }).visit(tree.program)
  const imports = new Set(importsOf(source, tree))
  return { imports, importsInTypes, strings: [...strings].filter((it) => !imports.has(it)), names }
}
