// What moved into files of its own, under the old names until nobody uses them.
export { commandIn, throwawayBuild } from './build.ts'
export { request as ask, requestUntil as askUntil } from './http-client.ts'
export { logOf, type Program, program } from './program.ts'

import getPort from 'get-port'
export const freePort = (): Promise<number> => getPort()
