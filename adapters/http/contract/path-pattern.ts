const patterns = new Map<string, RegExp>()

/** What a path has to look like, as sent, to be one of this template of the contract. */
export const pathPattern = (template: string): RegExp => {
  const known = patterns.get(template)
  if (known) return known
  const source = template.replaceAll('.', '\\.').replaceAll(/\{\w+\}/g, '[^/]+')
  const made = new RegExp(`^${source}$`)
  patterns.set(template, made)
  return made
}
