import { expect, it } from 'vitest';
import { parseOptions } from '../../bench/options.ts';

it('measures against the floor, three times, unless it is told otherwise', () => {
  const options = parseOptions([]);
  expect(options).toMatchObject({ against: 'floor', database: undefined, jsonFile: undefined, svgFile: undefined, markdown: false });
  expect(options.effort).toMatchObject({ runs: 3, versions: 1000, only: undefined, nodeOptions: [] });
});

it('reads every option', () => {
  const args = ['--peers', '--quick', '--json', 'a.json', '--svg', 'a.svg', '--markdown', '--only', 'npm ci', '--database', 'mariadb', '--node-option=--cpu-prof', '--node-option=--cpu-prof-dir=x'];
  expect(parseOptions(args)).toMatchObject({
    against: 'peers',
    database: 'mariadb',
    jsonFile: 'a.json',
    svgFile: 'a.svg',
    markdown: true,
    effort: { runs: 1, versions: 500, only: 'npm ci', nodeOptions: ['--cpu-prof', '--cpu-prof-dir=x'] },
  });
});

it('fills a part of a full registry where one is given', () => {
  expect(parseOptions(['--growth'])).toMatchObject({ against: 'full', sizes: { packages: 100_000, versions: 1_000_000, nodes: 2_000, members: 5_000, largest: 5_000 } });
  expect(parseOptions(['--growth', '--scale', '0.01']).sizes).toEqual({ packages: 1_000, versions: 10_000, nodes: 20, members: 50, largest: 50 });
});

it('loads a server for ten minutes with thousands of clients, or so long and so many as it is told', () => {
  expect(parseOptions(['--load'])).toMatchObject({ against: 'load', loadRun: { minutes: 10, readers: 2_000, slowReaders: 200, slowWriters: 200, subscribers: 500 } });
  expect(parseOptions(['--load', '--minutes', '0.5', '--scale', '0.01']).loadRun).toMatchObject({ minutes: 0.5, readers: 20, slowReaders: 2, subscribers: 5 });
});

it.for([
  { args: ['--peer'], message: /--peer/ },
  { args: ['quick'], message: /quick/ },
  { args: ['--database', 'postgres'], message: 'sqlite or mariadb, not postgres' },
  { args: ['--svg', 'a.svg'], message: '--peers' },
  { args: ['--markdown'], message: '--peers' },
  { args: ['--growth', '--peers'], message: 'one of them' },
  { args: ['--growth', '--load'], message: 'one of them' },
  { args: ['--scale', '0.5'], message: '--growth' },
  { args: ['--minutes', '5'], message: '--load' },
  { args: ['--load', '--quick'], message: '--minutes' },
  { args: ['--load', '--only', 'npm'], message: '--minutes' },
  { args: ['--load', '--minutes', '0'], message: 'from 0.1 to 1440' },
  { args: ['--growth', '--scale', '2'], message: 'from 0.001 to 1' },
])('refuses $args', ({ args, message }) => {
  expect(() => parseOptions(args)).toThrow(message);
});
