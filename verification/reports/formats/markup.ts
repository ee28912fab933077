/** HTML or XML that is safe as it is: made by `markup` alone. */
export class Markup {
  readonly text: string

  constructor(text: string) {
    this.text = text
  }
}

type Value = Markup | string | number | false | null | undefined | readonly Value[]

/** What neither XML 1.0 §2.2 nor a terminal takes, and what turns the order of a line around for its reader. */
const forbidden = /(?![\t\n\r])\p{Cc}|\p{Bidi_Control}|[\ufffe\uffff]/gu

/** Half a surrogate pair is no text: it can be neither encoded nor written. */
export const wellFormed = (text: string): string => text.replaceAll(/\p{Surrogate}/gu, '\ufffd')

/** Text without control characters and half characters. */
export const printable = (text: string): string => wellFormed(text).replaceAll(forbidden, '\ufffd')

const entities: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
}

/** For content and for quoted attributes alike. */
export const escaped = (text: string): string =>
  printable(text).replaceAll(/[&<>"']/g, (character) => entities[character] ?? '')

const rendered = (value: Value): string => {
  if (value === false || value === null || value === undefined) return ''
  if (value instanceof Markup) return value.text
  if (typeof value === 'string') return escaped(value)
  if (typeof value === 'number') return String(value)
  return value.map(rendered).join('')
}

/** A template in which everything is escaped but other markup. */
export const markup = (parts: TemplateStringsArray, ...values: readonly Value[]): Markup =>
  new Markup(parts.reduce((text, part, index) => text + rendered(values[index - 1]) + part))
