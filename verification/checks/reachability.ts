import type { Check } from '../check.ts'

export const reachability: readonly Check[] = []
