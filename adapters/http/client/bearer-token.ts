/** Gets a token that is valid from now on, with Better Auth `authClient.token()`. What it throws reaches the caller. */
export type GetToken = () => string | Promise<string>

/** The token of one user, got when it is needed first and got anew when the service refuses it. */
export interface BearerToken {
  current(): Promise<string>
  /** Another token than the one that was refused; whoever is refused meanwhile waits for the same one. */
  renewed(refused: string): Promise<string>
}

export const bearerToken = (getToken: GetToken): BearerToken => {
  let known: string | undefined
  let pending: Promise<string> | undefined
  const ask = async () => {
    known = await getToken()
    return known
  }
  const current = async () => {
    if (known !== undefined) return known
    pending ??= ask().finally(() => {
      pending = undefined
    })
    return pending
  }
  return {
    current,
    renewed: (refused) => {
      if (known === refused) known = undefined
      return current()
    },
  }
}
