import { requireNode } from './process.ts'

// Loaded only now: an old Node may not even parse the rest.
requireNode()
await import('./command-owner.ts')
