import {
  type Attributes,
  type HrTime,
  type Link,
  type SpanContext,
  type SpanKind,
  type SpanStatus,
  SpanStatusCode,
  TraceFlags,
} from '@opentelemetry/api'
import type { Resource } from '@opentelemetry/resources'
import { RandomIdGenerator, type ReadableSpan } from '@opentelemetry/sdk-trace'

/** A span that is under way. */
export interface Span {
  readonly context: SpanContext
  /** Another trace in which this belongs, too. */
  link(to: SpanContext): void
  end(how?: SpanEnd): void
}

export interface SpanEnd {
  /** where the name is known only now */
  name?: string
  /** kept as they are: spans that are alike share them */
  attributes?: Attributes
  failed?: boolean
}

export interface SpanStart {
  name: string
  kind: SpanKind
  parent?: SpanContext | undefined
  /** when, by `performance.now()`; now where it is absent */
  begun?: number
}

/** The span of what is traced; undefined for the rest, for which nothing is made. */
export type StartSpan = (start: SpanStart) => Span | undefined

/** Where spans come from, and where they go when they are over. */
export interface SpanParts {
  resource: Resource
  scope: string
  isTaken(parent: SpanContext | undefined): boolean
  onEnd(span: ReadableSpan): void
}

/** Links of one span; the SDK's own bound. */
const LINKS_MAX = 128
const UNSET: SpanStatus = { code: SpanStatusCode.UNSET }
const FAILED: SpanStatus = { code: SpanStatusCode.ERROR }

/**
 * Makes spans as the exporter reads them. The SDK's, which check and copy each attribute and carry a context, cost
 * several times as much; ours have a name, two times, and attributes that all spans of their kind share.
 */
export const spans = ({ resource, scope, isTaken, onEnd }: SpanParts): StartSpan => {
  const ids = new RandomIdGenerator()
  const instrumentationScope = { name: scope }

  class RecordedSpan implements Span, ReadableSpan {
    name: string
    readonly kind: SpanKind
    readonly context: SpanContext
    readonly parentSpanContext?: SpanContext
    attributes: Attributes = {}
    readonly links: Link[] = []
    droppedLinksCount = 0
    status = UNSET
    readonly resource = resource
    readonly instrumentationScope = instrumentationScope
    readonly events = []
    readonly droppedEventsCount = 0
    readonly droppedAttributesCount = 0
    ended = false
    private readonly epochMs = Date.now()
    private readonly begun: number
    private durationMs = 0

    constructor({ name, kind, parent, begun = performance.now() }: SpanStart) {
      this.name = name
      this.kind = kind
      this.begun = begun
      const traceId = parent?.traceId ?? ids.generateTraceId()
      this.context = { traceId, spanId: ids.generateSpanId(), traceFlags: TraceFlags.SAMPLED }
      if (parent) this.parentSpanContext = parent
    }

    link(to: SpanContext): void {
      if (this.links.length < LINKS_MAX) this.links.push({ context: to })
      else this.droppedLinksCount += 1
    }

    end({ name, attributes, failed = false }: SpanEnd = {}): void {
      this.durationMs = performance.now() - this.begun
      if (name !== undefined) this.name = name
      if (attributes) this.attributes = attributes
      if (failed) this.status = FAILED
      this.ended = true
      onEnd(this)
    }

    spanContext(): SpanContext {
      return this.context
    }
    get startTime(): HrTime {
      return hrTimeOf(this.epochMs)
    }
    get endTime(): HrTime {
      return hrTimeOf(this.epochMs + this.durationMs)
    }
    get duration(): HrTime {
      return hrTimeOf(this.durationMs)
    }
  }

  return (start) => (isTaken(start.parent) ? new RecordedSpan(start) : undefined)
}

const hrTimeOf = (ms: number): HrTime => [Math.trunc(ms / 1_000), Math.trunc((ms % 1_000) * 1e6)]
