import { standardOutput } from '../adapters/log/standard-output.ts'
import { telemetryOf } from '../adapters/telemetry/telemetry.ts'
import { type Config, ConfigError, configOf } from './config/config.ts'
import { container } from './container.ts'
import { createLogger } from './logger.ts'
import { endOnUncaught, logWarnings, reachFarHosts, stopOnSignals } from './process.ts'
import { StartError, serviceOf } from './service.ts'

const early = createLogger('info')
endOnUncaught(early)
reachFarHosts()

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
logWarnings(logger)
for (const warning of config.warnings) logger.warn(warning)

const telemetry = await telemetryOf(process.env, logger, standardOutput().dropped)
const service = serviceOf(container({ config, logger, telemetry }))
stopOnSignals(logger, config.shutdownTimeoutMs, async () => {
  await service.stop()
  await telemetry?.close()
})
try {
  await (telemetry?.traced('start', service.start) ?? service.start())
} catch (error) {
  if (error instanceof StartError) early.fatal(error.message)
  else early.fatal({ err: error }, 'the start failed')
  await telemetry?.close()
  process.exit(1)
}
