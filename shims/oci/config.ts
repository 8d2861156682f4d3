import { type Platform, platformOf } from './manifest.ts';

/** Larger configurations are kept like any other, but not read. */
export const maxConfigBytes = 4 * 1024 * 1024;
const maxListed = 500;
const maxText = 4_000;

/** What the configuration of an image says (https://github.com/opencontainers/image-spec/blob/main/config.md). */
export interface ImageConfig extends Partial<Platform> {
  created?: string;
  author?: string;
  user?: string;
  workingDir?: string;
  stopSignal?: string;
  entrypoint?: string[];
  cmd?: string[];
  env?: string[];
  exposedPorts?: string[];
  volumes?: string[];
  labels?: Record<string, string>;
}

/** What the Chart.yaml of a Helm chart says (https://helm.sh/docs/topics/charts/#the-chartyaml-file). */
export interface ChartConfig {
  name?: string;
  version?: string;
  appVersion?: string;
  apiVersion?: string;
  type?: string;
  kubeVersion?: string;
  description?: string;
  home?: string;
  icon?: string;
  sources?: string[];
  keywords?: string[];
  maintainers?: string[];
  deprecated?: boolean;
}

type Document = Record<string, unknown>;

/** The configuration of an image; undefined for what cannot be read: it is of use for display alone. Never throws. */
export function parseImageConfig(bytes: Uint8Array): ImageConfig | undefined {
  const document = parse(bytes);
  if (!document) return undefined;
  const run = isObject(document['config']) ? document['config'] : {};
  const labels = texts(run['Labels']);
  return compact({
    ...platformOf(document),
    created: text(document['created']),
    author: text(document['author']),
    user: text(run['User']),
    workingDir: text(run['WorkingDir']),
    stopSignal: text(run['StopSignal']),
    entrypoint: list(run['Entrypoint']),
    cmd: list(run['Cmd']),
    env: list(run['Env']),
    exposedPorts: keys(run['ExposedPorts']),
    volumes: keys(run['Volumes']),
    labels: Object.keys(labels).length > 0 ? labels : undefined,
  });
}

/** The same of a Helm chart. */
export function parseChartConfig(bytes: Uint8Array): ChartConfig | undefined {
  const document = parse(bytes);
  if (!document) return undefined;
  const maintainers = Array.isArray(document['maintainers']) ? document['maintainers'].filter(isObject).slice(0, maxListed).map(person) : [];
  return compact({
    name: text(document['name']),
    version: text(document['version']),
    appVersion: text(document['appVersion']),
    apiVersion: text(document['apiVersion']),
    type: text(document['type']),
    kubeVersion: text(document['kubeVersion']),
    description: text(document['description']),
    home: text(document['home']),
    icon: text(document['icon']),
    sources: list(document['sources']),
    keywords: list(document['keywords']),
    maintainers: maintainers.length > 0 ? maintainers : undefined,
    deprecated: document['deprecated'] === true ? true : undefined,
  });
}

function parse(bytes: Uint8Array): Document | undefined {
  try {
    const value: unknown = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
    return isObject(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

function isObject(value: unknown): value is Document {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function text(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' && value.length <= maxText ? value : undefined;
}

function list(value: unknown): string[] | undefined {
  const items = Array.isArray(value) ? value.filter((item): item is string => typeof item === 'string' && item.length <= maxText).slice(0, maxListed) : [];
  return items.length > 0 ? items : undefined;
}

function keys(value: unknown): string[] | undefined {
  return isObject(value) ? list(Object.keys(value)) : undefined;
}

function texts(value: unknown): Record<string, string> {
  if (!isObject(value)) return {};
  return Object.fromEntries(Object.entries(value).filter((entry): entry is [string, string] => typeof entry[1] === 'string' && entry[1].length <= maxText).slice(0, maxListed));
}

function person({ name, email }: Document): string {
  const [called, address] = [text(name) ?? '', text(email)];
  return address ? `${called} <${address}>`.trim() : called;
}

type Compact<T> = { [key in keyof T]?: Exclude<T[key], undefined> };

function compact<T extends object>(value: T): Compact<T> {
  return Object.fromEntries(Object.entries(value).filter(([, entry]) => entry !== undefined)) as Compact<T>;
}
