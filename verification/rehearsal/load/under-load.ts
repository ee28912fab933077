import type { RehearsalContext } from '../context.ts'
import { servingInstance } from '../instances.ts'
import type { Figures } from './figures.ts'
import { type Load, load } from './load.ts'

/** Takes the step while clients work; all of them have to be served before and after it. */
export const underLoad = async (
  context: RehearsalContext,
  step: (load: Load) => Promise<unknown>,
): Promise<Figures> => {
  await servingInstance(context)
  const running = load({
    client: context.client,
    tokenFor: (subject) => context.issuer.tokenFor(subject),
    livezPort: () => context.serving?.port,
    acknowledged: context.acknowledged,
  })
  context.teardown.add(running.abort)
  try {
    await running.steady()
    await step(running)
    await running.steady()
    await running.stop()
    return running.figures
  } catch (error) {
    running.abort()
    throw error
  }
}
