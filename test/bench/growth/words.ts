const first = ['fast', 'tiny', 'open', 'cloud', 'data', 'mobile', 'secure', 'async', 'graph', 'native', 'smart', 'deep', 'plain', 'edge', 'pure', 'lazy', 'core', 'micro', 'hyper', 'meta'];
const second = [
  'parser', 'router', 'logger', 'cache', 'client', 'server', 'schema', 'render', 'stream', 'buffer', 'crypto', 'queue', 'worker', 'plugin', 'config', 'loader', 'driver', 'widget', 'ledger', 'mapper',
  'scheduler', 'adapter', 'monitor', 'gateway', 'bridge', 'compiler', 'formatter', 'validator', 'sampler', 'resolver', 'encoder', 'decoder', 'broker', 'tracker', 'builder', 'runner', 'planner', 'indexer', 'tokenizer', 'transport',
];

/** One of the words, the same for the same number. */
export function word(index: number): string {
  return second[index % second.length] ?? '';
}

/** The name of the package with a number, as a package of the format is called. */
export function nameOf(format: string, index: number): string {
  const [one = '', two = ''] = [first[scatter(index) % first.length], second[scatter(index + 0x1000000) % second.length]];
  if (format === 'maven') return `com.${one}.${two}:${one}-${two}-${index}`;
  const separator = format === 'nuget' ? '.' : '-';
  return [one, two, String(index)].join(separator);
}

/** So that words and formats have nothing to do with each other. */
function scatter(index: number): number {
  return Math.imul(index, 0x9e3779b1) >>> 12;
}
