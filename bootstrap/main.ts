import { type Config, ConfigError, configOf } from './config/config.ts'
import { container } from './container.ts'
import { createLogger } from './logger.ts'
import { endOnUncaught, requireNode, stopOnSignals } from './process.ts'
import { StartError, startService } from './service.ts'

const early = createLogger('info')
requireNode(early)

const configuration = (): Config => {
  try {
    return configOf(process.env)
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error
    for (const problem of error.problems) early.fatal(problem)
    process.exit(1)
  }
}

const config = configuration()
const logger = createLogger(config.logLevel)
endOnUncaught(logger)

try {
  const { stop } = await startService(container({ config, logger }))
  stopOnSignals(logger, config.shutdownTimeoutMs, stop)
} catch (error) {
  if (error instanceof StartError) logger.fatal(error.message)
  else logger.fatal({ err: error }, 'the start failed')
  process.exit(1)
}
