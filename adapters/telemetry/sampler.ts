import { type Context, TraceFlags, trace } from '@opentelemetry/api'
import { type Sampler, SamplingDecision } from '@opentelemetry/sdk-trace'

/**
 * Takes `share` of the requests. A caller may only lower that: the trace id by which the standard sampler would decide
 * is the caller's to choose, as its flag is, so one that comes from outside is drawn anew.
 *
 * @param random from 0 to below 1
 */
export const boundedSampler = (
  { share, parentBased }: { share: number; parentBased: boolean },
  random = Math.random,
): Sampler => {
  const isTaken = (context: Context): boolean => {
    const parent = trace.getSpanContext(context)
    const wasTaken = parent !== undefined && (parent.traceFlags & TraceFlags.SAMPLED) !== 0
    if (parent && !parent.isRemote) return wasTaken
    if (parent && parentBased && !wasTaken) return false
    return random() < share
  }
  return {
    shouldSample: (context) => ({
      decision: isTaken(context)
        ? SamplingDecision.RECORD_AND_SAMPLED
        : SamplingDecision.NOT_RECORD,
    }),
    toString: () => `BoundedSampler{${share}}`,
  }
}
