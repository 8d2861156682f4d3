import { collectDefaultMetrics, Counter, Gauge, Histogram, Registry } from 'prom-client';
import type { EventTail } from '../events/tail.ts';

/** The server's Prometheus metrics (https://prometheus.io/docs/instrumenting/exposition_formats/). */
export function createMetrics(events: EventTail) {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  new Gauge({
    name: 'entrepot_event_followers',
    help: 'Subscriptions that follow the event log in this process.',
    registers: [registry],
    collect() {
      this.set(events.followers);
    },
  });
  return {
    registry,
    requests: new Counter({
      name: 'entrepot_http_requests_total',
      help: 'HTTP requests answered.',
      labelNames: ['method', 'area', 'status'] as const,
      registers: [registry],
    }),
    seconds: new Histogram({
      name: 'entrepot_http_request_duration_seconds',
      help: 'Time from the request line to the last byte of the answer.',
      labelNames: ['area'] as const,
      buckets: [0.001, 0.005, 0.02, 0.1, 0.5, 2, 10, 60],
      registers: [registry],
    }),
  };
}
