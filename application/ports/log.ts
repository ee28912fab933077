/**
 * Lines for whoever runs the service. An adapter tells by them what has changed, with the remedy where there is one;
 * nothing that a caller sent, and no secret, stands in them.
 */
export interface Log {
  info(fields: object, message: string): void
  warn(fields: object, message: string): void
  error(fields: object, message: string): void
}
