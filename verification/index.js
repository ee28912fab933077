// The live suite under `node --test verification`. Node 21.7 to 26.7 run a directory argument as a module,
// which is this file; older and newer ones search it for tests and find all.test.js, which imports this file.
import './strip-types.js'

await import('./suite.ts')
