import type { Check } from '../check.ts'

export const authentication: readonly Check[] = []
