import { collectDefaultMetrics, Counter, Gauge, Histogram, Registry } from 'prom-client';
import type { EventTail } from '../events/tail.ts';
import type { Overload } from './overload.ts';
import type { Stop } from './stop.ts';

/** The server's Prometheus metrics (https://prometheus.io/docs/instrumenting/exposition_formats/). */
export function createMetrics(events: EventTail, stop: Pick<Stop, 'openConnections'>, overload: Pick<Overload, 'underWay'>) {
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
  new Gauge({
    name: 'entrepot_http_connections',
    help: 'Connections that are open.',
    registers: [registry],
    collect() {
      this.set(stop.openConnections);
    },
  });
  new Gauge({
    name: 'entrepot_http_requests_under_way',
    help: 'Requests whose answer has not begun: worked on, or still coming in.',
    labelNames: ['phase'] as const,
    registers: [registry],
    collect() {
      for (const [phase, count] of Object.entries(overload.underWay)) this.set({ phase }, count);
    },
  });
  return {
    registry,
    overloaded: new Counter({
      name: 'entrepot_http_overloaded_total',
      help: 'Requests refused with 503, by what there was too much of.',
      labelNames: ['excess'] as const,
      registers: [registry],
    }),
    stalled: new Counter({
      name: 'entrepot_http_stalled_total',
      help: 'Connections cut because their client sent or took next to nothing for too long.',
      registers: [registry],
    }),
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
