import { type SpanContext, TraceFlags } from '@opentelemetry/api'

interface Share {
  /** of the requests that are traced, 0 to 1 */
  share: number
  /** whether a caller that was not sampled is followed in that */
  parentBased: boolean
}

/**
 * Whether that is traced which begins with this parent. A caller may only lower the share: the trace id by which the
 * standard sampler would decide is the caller's to choose, as its flag is, so one that comes from outside is drawn anew.
 *
 * @param random from 0 to below 1
 */
export const boundedSampler =
  ({ share, parentBased }: Share, random = Math.random) =>
  (parent: SpanContext | undefined): boolean => {
    const wasTaken = parent !== undefined && (parent.traceFlags & TraceFlags.SAMPLED) !== 0
    if (parent && !parent.isRemote) return wasTaken
    if (parent && parentBased && !wasTaken) return false
    return random() < share
  }
