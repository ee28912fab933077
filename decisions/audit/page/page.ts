/** How a proof stands. Anything that is not the result of a run is `not proved`. */
export type Standing = 'proved' | 'partly proved' | 'broken' | 'not proved'

/** A piece of a text, the same for Markdown and HTML. */
export type Piece =
  | string
  | { code: string }
  | { text: string; to: string }
  | { standing: Standing }
  /** where links may lead */
  | { anchor: string }

export type Text = Piece | readonly Piece[]

export type Block =
  | { kind: 'text'; text: Text }
  | { kind: 'list'; items: readonly Text[] }
  | { kind: 'table'; head: readonly string[]; rows: readonly (readonly Text[])[] }
  /** drawn in HTML by rows, told to Mermaid elsewhere */
  | { kind: 'diagram'; mermaid: string; rows: readonly (readonly Box[])[] }

export interface Box {
  name: string
  note: string
  leadsTo: readonly string[]
}

export interface Section {
  title: string
  /** longer than anybody wants to read at once */
  long?: true
  blocks: readonly Block[]
}

export const piecesOf = (text: Text): readonly Piece[] =>
  Array.isArray(text) ? text : [text as Piece]

export const text = (...pieces: readonly Piece[]): Block => ({ kind: 'text', text: pieces })

export const table = (head: readonly string[], rows: readonly (readonly Text[])[]): Block => ({
  kind: 'table',
  head,
  rows,
})

/** A table under a sentence; nothing where it would have no row. */
export const listed = (
  sentence: string,
  head: readonly string[],
  rows: readonly (readonly Text[])[],
): Block[] => (rows.length === 0 ? [] : [text(sentence), table(head, rows)])

/** A sentence with `code` in backticks, as the schema and the contract write it. */
export const prose = (sentence: string): Piece[] =>
  sentence
    .split('`')
    .map((part, index) => (index % 2 === 1 ? { code: part } : part))
    .filter((piece) => piece !== '')

/** The pieces with something between them. */
export const joined = (texts: readonly Text[], between = ' '): Piece[] =>
  texts.flatMap((one, index) => [...(index > 0 ? [between] : []), ...piecesOf(one)])

export const counted = (count: number, noun: string): string =>
  `${count} ${noun}${count === 1 ? '' : 's'}`
