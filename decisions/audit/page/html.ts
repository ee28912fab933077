import { style } from './html-style.ts'
import type { Block, Box, Piece, Section, Text } from './page.ts'
import { piecesOf } from './page.ts'

const escaped = (text: string): string =>
  text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;')

const slug = (text: string): string => text.toLowerCase().replaceAll(/[^a-z0-9]+/g, '-')

/** An id is not broken at its hyphen. */
const kept = (text: string): string => (text.length <= 7 ? ' class="id"' : '')

const pieceOf = (piece: Piece): string => {
  if (typeof piece === 'string') return escaped(piece)
  if ('code' in piece) return `<code>${escaped(piece.code)}</code>`
  if ('to' in piece)
    // within this file the twin's anchors are the same
    return `<a${kept(piece.text)} href="${escaped(piece.to.replace(/^audit\.md#/, '#'))}">${escaped(piece.text)}</a>`
  if ('anchor' in piece) return `<a id="${escaped(piece.anchor)}"></a>`
  return `<span class="${slug(piece.standing)}">${piece.standing}</span>`
}

const textOf = (text: Text): string => piecesOf(text).map(pieceOf).join('')

const boxOf = ({ name, note, leadsTo }: Box): string =>
  [
    `<div class="box"><b>${escaped(name)}</b>`,
    note && `<small>${escaped(note)}</small>`,
    leadsTo.length > 0 && `<small>→ ${escaped(leadsTo.join(', '))}</small>`,
    '</div>',
  ]
    .filter(Boolean)
    .join('')

const blockOf = (block: Block): string => {
  switch (block.kind) {
    case 'text':
      return `<p>${textOf(block.text)}</p>`
    case 'list':
      return `<ul>${block.items.map((item) => `<li>${textOf(item)}</li>`).join('')}</ul>`
    case 'table':
      return tableOf(block.head, block.rows)
    case 'diagram':
      return `<div class="rows">${block.rows
        .map((row) => `<div class="row">${row.map(boxOf).join('')}</div>`)
        .join('')}</div>
<details><summary>as Mermaid</summary><pre>${escaped(block.mermaid)}</pre></details>`
  }
}

/** Each cell carries its heading: on a phone a row becomes a card, and the heading row is gone. */
const tableOf = (head: readonly string[], rows: readonly (readonly Text[])[]): string => {
  const cells = (row: readonly Text[]) =>
    row.map((cell, index) => {
      const shown = textOf(cell) || '–'
      return `<td data-head="${escaped(head[index] ?? '')}"><div>${shown}</div></td>`
    })
  return `<table><thead><tr>${head.map((it) => `<th>${escaped(it)}</th>`).join('')}</tr></thead><tbody>
${rows.map((row) => `<tr>${cells(row).join('')}</tr>`).join('\n')}
</tbody></table>`
}

const sectionOf = ({ title, long, blocks }: Section): string => {
  const body = blocks.map(blockOf).join('\n')
  const shown = long ? `<details><summary>show all</summary>\n${body}\n</details>` : body
  return `<section id="${slug(title)}">\n<h2>${escaped(title)}</h2>\n${shown}\n</section>`
}

/** A link to a row that is folded away opens it. */
const script = `const open = () => { const it = document.getElementById(location.hash.slice(1)); const all = it && it.closest('details'); if (all) { all.open = true; it.scrollIntoView() } }
addEventListener('hashchange', open); open()`

/** The same as one file that needs no other, for any width, light and dark. */
export const html = (
  title: string,
  intro: readonly Block[],
  sections: readonly Section[],
): string => `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>${escaped(title)}</title>
<style>
${style}
</style>
</head>
<body>
<main>
<h1>${escaped(title)}</h1>
${intro.map(blockOf).join('\n')}
<nav>${sections.map((it) => `<a href="#${slug(it.title)}">${escaped(it.title)}</a>`).join(' ')}</nav>
${sections.map(sectionOf).join('\n')}
</main>
<script>
${script}
</script>
</body>
</html>
`
