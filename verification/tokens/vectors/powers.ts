/**
 * All that some service or other takes for power over somebody, or for the name of the owner: of the claims `sub` alone
 * says who somebody is.
 */
export const powersOver = (subject: string): object => ({
  ...{ role: 'admin', roles: ['admin'], groups: ['admin'], scope: '*', permissions: ['*'] },
  ...{ admin: true, is_admin: true, superuser: true, realm_access: { roles: ['admin'] } },
  ...{ user_id: subject, userId: subject, uid: subject, id: subject, oid: subject },
  ...{ email: subject, email_verified: true, username: subject, preferred_username: subject },
  ...{ owner: subject, tenant: subject, act: { sub: subject }, may_act: { sub: subject } },
  ...{ impersonate: subject, on_behalf_of: subject, user: { id: subject }, azp: subject },
  ...{ client_id: subject },
})

/** What colleagues have in common, and what a session has: neither makes two people one. */
export const inCommon = (id: string): object => ({
  ...{ org: id, org_id: id, organization_id: id, orgId: id, tenant_id: id, tid: id, team: id },
  ...{ account_id: id, workspace: id, hd: 'vrf.example', jti: id, sid: id, session_id: id },
})
