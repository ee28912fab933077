import type { Block, Piece, Section, Text } from './page.ts'
import { piecesOf } from './page.ts'

const escaped = (text: string): string =>
  text
    .replaceAll('\\', '\\\\')
    .replaceAll(/[*_`<>[\]|]/g, (char) => `\\${char}`)
    .replaceAll(/\s*\n\s*/g, ' ')

/** A backtick in code would end it; none of ours has one. */
const code = (text: string): string => `\`${text.replaceAll('`', '’').replaceAll('|', '\\|')}\``

const pieceOf = (piece: Piece): string => {
  if (typeof piece === 'string') return escaped(piece)
  if ('code' in piece) return code(piece.code)
  if ('to' in piece) return `[${escaped(piece.text)}](${piece.to})`
  if ('anchor' in piece) return `<a id="${piece.anchor}"></a>`
  return piece.standing === 'proved' ? 'proved' : `**${piece.standing}**`
}

const textOf = (text: Text): string => piecesOf(text).map(pieceOf).join('')

const row = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`

const blockOf = (block: Block): string => {
  switch (block.kind) {
    case 'text':
      return textOf(block.text)
    case 'list':
      return block.items.map((item) => `- ${textOf(item)}`).join('\n')
    case 'table':
      return [
        row(block.head),
        `|${block.head.map(() => '---').join('|')}|`,
        ...block.rows.map((cells) => row(cells.map((cell) => textOf(cell) || '–'))),
      ].join('\n')
    case 'diagram':
      return `\`\`\`mermaid\n${block.mermaid}\n\`\`\``
  }
}

/** The audit as Markdown. */
export const markdown = (
  title: string,
  intro: readonly Block[],
  sections: readonly Section[],
): string =>
  `${[
    `# ${title}`,
    ...intro.map(blockOf),
    ...sections.flatMap((section) => [`## ${section.title}`, ...section.blocks.map(blockOf)]),
  ].join('\n\n')}\n`
