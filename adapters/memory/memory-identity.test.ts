import { identityContract } from '../../application/ports/identity.contract.ts'
import { memoryIdentity } from './memory-identity.ts'

identityContract('memory', () => {
  const identity = memoryIdentity()
  return { identity, issue: identity.issue }
})
