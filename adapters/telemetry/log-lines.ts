import type { Meter } from '@opentelemetry/api'

/** @param droppedLines since the start */
export const logTelemetry = (meter: Meter, droppedLines: () => number): void =>
  meter
    .createObservableCounter('task_api.log.dropped_lines', {
      unit: '{line}',
      description: 'Log lines that were dropped because nobody read them.',
    })
    .addCallback((result) => result.observe(droppedLines()))
