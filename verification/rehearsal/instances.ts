import { commandIn } from '../../bootstrap/system/build.ts'
import type { RehearsalContext } from './context.ts'
import { type Deployment, deploy, healthOf } from './deployment.ts'
import { variablesFor } from './variables.ts'

/** Starts another instance, to which nothing is routed yet. */
export const newInstance = (
  { sandbox, app }: RehearsalContext,
  env: NodeJS.ProcessEnv,
): Promise<Deployment> => deploy({ sandbox, cwd: app, command: commandIn(app), env })

/** The instance that requests are routed to: a new one where there is none that is healthy. */
export const servingInstance = async (context: RehearsalContext): Promise<Deployment> => {
  const { serving, edge } = context
  if (serving && (await healthOf(serving.port)) === 200) return serving
  await serving?.program.kill()
  delete context.serving
  context.serving = await newInstance(context, variablesFor(context, 'key set'))
  edge.route(context.serving.port)
  return context.serving
}
