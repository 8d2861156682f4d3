import type { IncomingMessage } from 'node:http';
import type { Config } from '../config.ts';

const hostPattern = /^(?:[a-z0-9._-]+|\[[0-9a-f:]+\])(?::\d{1,5})?$/i;

/**
 * The URL under which this server is reached, without a trailing slash: PUBLIC_URL where it is set, else what the request
 * says of itself (and of the proxy in front, only where that is trusted).
 */
export function baseUrlOf(config: Config, request: IncomingMessage): string {
  if (config.publicUrl !== undefined) return config.publicUrl;
  const { host } = request.headers;
  if (!config.trustProxy) return `http://${validHost(host) ?? fallback(config)}`;
  const protocol = first(request.headers['x-forwarded-proto']) === 'https' ? 'https' : 'http';
  const prefix = first(request.headers['x-forwarded-prefix']) ?? '';
  const path = /^(?:\/[A-Za-z0-9._~-]+)*$/.test(prefix) ? prefix : '';
  return `${protocol}://${validHost(first(request.headers['x-forwarded-host'])) ?? validHost(host) ?? fallback(config)}${path}`;
}

/** The path part of PUBLIC_URL: '' or `/packages`. */
export function basePathOf(config: Config): string {
  return config.publicUrl === undefined ? '' : new URL(config.publicUrl).pathname.replace(/\/$/, '');
}

function validHost(host: string | undefined): string | undefined {
  return host !== undefined && hostPattern.test(host) ? host : undefined;
}

function fallback({ host, port }: Config): string {
  return `${host === '0.0.0.0' || host === '::' ? 'localhost' : host}:${port}`;
}

function first(header: string | string[] | undefined): string | undefined {
  const value = Array.isArray(header) ? header[0] : header;
  return value?.split(',')[0]?.trim() || undefined;
}
