/**
 * Kind and unit of the metrics that the semantic conventions have
 * (github.com/open-telemetry/semantic-conventions, model/http, database, nodejs, v8js; of August 2026).
 */
export const conventions: Readonly<Record<string, string>> = {
  'http.server.request.duration': 'histogram s',
  'http.server.active_requests': 'updowncounter {request}',
  'http.server.request.body.size': 'histogram By',
  'http.server.response.body.size': 'histogram By',
  'db.client.operation.duration': 'histogram s',
  'db.client.connection.count': 'updowncounter {connection}',
  'db.client.connection.pending_requests': 'updowncounter {request}',
  'db.client.connection.timeouts': 'counter {timeout}',
  'db.client.connection.wait_time': 'histogram s',
  'nodejs.eventloop.delay.min': 'gauge s',
  'nodejs.eventloop.delay.max': 'gauge s',
  'nodejs.eventloop.delay.mean': 'gauge s',
  'nodejs.eventloop.delay.stddev': 'gauge s',
  'nodejs.eventloop.delay.p50': 'gauge s',
  'nodejs.eventloop.delay.p90': 'gauge s',
  'nodejs.eventloop.delay.p99': 'gauge s',
  'nodejs.eventloop.time': 'counter s',
  'nodejs.eventloop.utilization': 'gauge 1',
  'v8js.gc.duration': 'histogram s',
  'v8js.memory.heap.space.size': 'updowncounter By',
  // In the conventions up-down counters; the package observes gauges, which Prometheus stores alike.
  'v8js.memory.heap.used': 'gauge By',
  'v8js.memory.heap.space.available_size': 'gauge By',
  'v8js.memory.heap.space.physical_size': 'gauge By',
  'v8js.resource.active': 'gauge {resource}',
}
