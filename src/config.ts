import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { isPlausibleSecret, maxSecretLength, tokenPrefix } from './access/secret.ts';
import { type Network, parseNetworks } from './webhooks/address.ts';

/** Everything that can be configured; see README "Configuration". */
export interface Config {
  port: number;
  host: string;
  /** Base of every absolute URL, without trailing slash; undefined: taken from each request's Host. */
  publicUrl: string | undefined;
  /** Whether `X-Forwarded-*` of the client in front is believed. */
  trustProxy: boolean;
  /** How many requests a client address may make in a minute of one process; 0: as many as it likes. */
  requestsPerMinute: number;
  /** How many requests are worked on at once in one process, and how many bodies come in; 0: any number. */
  requestsAtOnce: number;
  /** How long a request may have waited for its turn, in milliseconds, before it is refused; 0: any time. */
  maxDelayMs: number;
  /** For how long a client may send or take next to nothing before its connection is cut; 0: for ever. */
  stalledSeconds: number;
  databaseUrl: string;
  storageUrl: string;
  dataDir: string;
  /** Secret of the admin's token that the first start makes; undefined: a fresh one, which is printed. */
  adminToken: string | undefined;
  logLevel: string;
  /** Whether downloads answer with a redirect to a signed URL where the store makes one. */
  redirectDownloads: boolean;
  /** Networks beside the public internet that webhooks may be sent to. */
  webhookAllowedNetworks: readonly Network[];
  /** How long a graceful stop waits for running requests. */
  shutdownSeconds: number;
}

const logLevels = ['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'];

/** A value in the environment makes no sense; the message names the variable. */
export class ConfigError extends Error {}

/** Reads the environment; throws ConfigError. */
export function readConfig(env: Record<string, string | undefined>): Config {
  const dataDir = resolve(env['DATA_DIR'] || './data');
  return {
    port: wholeNumber('PORT', env['PORT'], 4000, 65535),
    host: env['HOST'] || 'localhost',
    publicUrl: publicUrl(env['PUBLIC_URL']),
    trustProxy: flag('TRUST_PROXY', env['TRUST_PROXY']),
    requestsPerMinute: wholeNumber('REQUESTS_PER_MINUTE', env['REQUESTS_PER_MINUTE'], 0, 1_000_000),
    requestsAtOnce: wholeNumber('REQUESTS_AT_ONCE', env['REQUESTS_AT_ONCE'], 1_000, 1_000_000),
    maxDelayMs: wholeNumber('MAX_DELAY_MS', env['MAX_DELAY_MS'], 1_000, 3_600_000),
    stalledSeconds: wholeNumber('STALLED_SECONDS', env['STALLED_SECONDS'], 60, 86_400),
    databaseUrl: env['DATABASE_URL'] || pathToFileURL(join(dataDir, 'entrepot.sqlite')).href,
    storageUrl: env['STORAGE_URL'] || pathToFileURL(join(dataDir, 'blobs')).href,
    dataDir,
    adminToken: adminToken(env['ENTREPOT_ADMIN_TOKEN']),
    logLevel: oneOf('LOG_LEVEL', env['LOG_LEVEL'] || 'info', logLevels),
    redirectDownloads: flag('REDIRECT_DOWNLOADS', env['REDIRECT_DOWNLOADS']),
    webhookAllowedNetworks: networks('WEBHOOK_ALLOWED_NETWORKS', env['WEBHOOK_ALLOWED_NETWORKS']),
    shutdownSeconds: wholeNumber('SHUTDOWN_SECONDS', env['SHUTDOWN_SECONDS'], 30, 3600),
  };
}

function wholeNumber(name: string, text: string | undefined, fallback: number, max: number): number {
  if (!text) return fallback;
  const value = Number(text);
  if (!Number.isInteger(value) || value < 0 || value > max) throw new ConfigError(`${name} must be a whole number from 0 to ${max}`);
  return value;
}

function flag(name: string, text: string | undefined): boolean {
  return oneOf(name, text || 'false', ['true', 'false']) === 'true';
}

function oneOf(name: string, value: string, allowed: string[]): string {
  if (!allowed.includes(value)) throw new ConfigError(`${name} must be one of ${allowed.join(', ')}`);
  return value;
}

/** Nobody counts who tries tokens, so a short one could be guessed; and one that no header can carry would be of no use. */
function adminToken(text: string | undefined): string | undefined {
  if (!text) return undefined;
  if (!/^[\x21-\x7e]{16,}$/.test(text) || text.length > maxSecretLength) {
    throw new ConfigError(`ENTREPOT_ADMIN_TOKEN must be 16 to ${maxSecretLength} characters of printable ASCII without spaces`);
  }
  if (!isPlausibleSecret(text)) throw new ConfigError(`ENTREPOT_ADMIN_TOKEN must not begin with "${tokenPrefix}", unless Entrepot has made it`);
  return text;
}

function networks(name: string, text: string | undefined): Network[] {
  try {
    return parseNetworks(text ?? '');
  } catch (error) {
    throw new ConfigError(`${name}: ${(error as Error).message}`);
  }
}

function publicUrl(text: string | undefined): string | undefined {
  if (!text) return undefined;
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (!url || !/^https?:$/.test(url.protocol) || url.search || url.hash) {
    throw new ConfigError('PUBLIC_URL must be an http(s) URL without query or fragment');
  }
  return url.href.replace(/(?<!\/)\/+$/, '');
}
