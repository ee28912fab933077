/** RFC 3454 table C.1.2, spaces to become the one of ASCII, and table B.1, characters to be left out. */
const SPACES = /[\u00a0\u1680\u2000-\u200b\u202f\u205f\u3000]/g
const NOTHING = /\u00ad|\u034f|\u1806|[\u180b-\u180d]|[\u200c\u200d]|\u2060|[\ufe00-\ufe0f]|\ufeff/g
/** What SASLprep prohibits: control, private, unassigned and lone surrogate characters. */
const PROHIBITED = /[\p{Cc}\p{Co}\p{Cn}\p{Cs}]/u

/**
 * A password as PostgreSQL keeps it for SCRAM: in the normal form of SASLprep (RFC 4013 §2), which libpq makes and
 * the driver does not. What has no such form is kept as it is, as the server does.
 */
export const normalPassword = (password: string): string => {
  const normal = password.replace(SPACES, ' ').replace(NOTHING, '').normalize('NFKC')
  return PROHIBITED.test(normal) ? password : normal
}
