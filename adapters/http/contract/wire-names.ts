/** The names on the wire of what the domain calls otherwise. All other members have one name. */
const names = {
  createdAt: 'created_at',
  updatedAt: 'updated_at',
  dueDate: 'due_date',
  dueBefore: 'due_before',
  dueAfter: 'due_after',
} as const

export type WireName<Member extends string> = Member extends keyof typeof names
  ? (typeof names)[Member]
  : Member

/** What callers call a member of the domain. */
export const wireName = <Member extends string>(member: Member): WireName<Member> =>
  ((names as Record<string, string>)[member] ?? member) as WireName<Member>
