import { type Block, type Piece, piecesOf, type Text } from './page.ts'

/** What lies beside the audit wherever it is written. */
const beside = /^(audit\.md|report\.json)(#|$)/

/** A block whose links lead from another folder to where they led from `decisions/`. */
export const relinked = (block: Block, way: string): Block => {
  const piece = (it: Piece): Piece =>
    typeof it === 'object' && 'to' in it && !beside.test(it.to) && !/^\w+:/.test(it.to)
      ? { ...it, to: `${way}/${it.to}` }
      : it
  const text = (it: Text): Text => piecesOf(it).map(piece)
  switch (block.kind) {
    case 'text':
      return { ...block, text: text(block.text) }
    case 'list':
      return { ...block, items: block.items.map(text) }
    case 'table':
      return { ...block, rows: block.rows.map((row) => row.map(text)) }
    case 'diagram':
      return block
  }
}
