/**
 * The cursor of the next page in a Link header (RFC 8288). Nothing else is taken from it: whatever host it names, the
 * token goes to the service alone.
 */
export const nextCursor = (link: string | null): string | undefined => {
  const [, target] = /<([^>]*)>\s*;[^,]*\brel="?next\b/.exec(link ?? '') ?? []
  const query = target?.split('?')[1] ?? ''
  return new URLSearchParams(query.split('#')[0]).get('cursor') || undefined
}
