import { dirname, join, normalize } from 'node:path'

/** Everything that a Markdown text says outside of code. */
const prose = (text: string): string =>
  text.replaceAll(/^```[\s\S]*?^```$/gm, '').replaceAll(/`[^`\n]*`/g, '')

/** Targets of the links in a Markdown text that stay within the project. */
const localLinks = (text: string): string[] =>
  [...prose(text).matchAll(/\]\(([^)\s]+)\)/g)]
    .map(([, target = '']) => target)
    .filter((target) => !/^[a-z]+:/.test(target))

/** What may follow the # of a link to this text: ids of its own, and headings as GitHub spells them. */
export const anchorsOf = (text: string): Set<string> => {
  const ids = [...text.matchAll(/<a id="([^"]+)">/g)].map(([, id = '']) => id)
  const headings = [...text.matchAll(/^#{1,6} (.+)$/gm)].map(([, heading = '']) =>
    heading
      .toLowerCase()
      .replaceAll(/[^\p{L}\p{N} _-]/gu, '')
      .replaceAll(' ', '-'),
  )
  return new Set([...ids, ...headings])
}

/** A sentence for every link that leads nowhere. */
export const brokenLinks = (
  documents: ReadonlyMap<string, string>,
  exists: (path: string) => boolean,
): string[] =>
  [...documents].flatMap(([path, text]) =>
    localLinks(text)
      .filter((target) => !leadsSomewhere(path, target, documents, exists))
      .map((target) => `${path} links to ${target}, which is not there: correct the link`),
  )

const leadsSomewhere = (
  from: string,
  target: string,
  documents: ReadonlyMap<string, string>,
  exists: (path: string) => boolean,
): boolean => {
  const [file = '', anchor] = target.split('#')
  const path = file === '' ? from : normalize(join(dirname(from), file))
  if (anchor === undefined) return exists(path)
  return anchorsOf(documents.get(path) ?? '').has(anchor)
}
