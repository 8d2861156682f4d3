import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { isPrerelease, normalizeVersion, parseVersion, pythonSortKey, readVersion, spellVersion } from '../../../shims/pypi/version.ts';
import { requireClient } from '../../support/environment/requirements.ts';
import { freshFolder } from '../../support/environment/temporary.ts';
import { runClient } from '../run-client.ts';

/** What Python's own library makes of each text, and the order of those that are versions. */
const program = `
import json, sys
from packaging.utils import canonicalize_version
from packaging.version import InvalidVersion, Version

def tell(text):
    try:
        version = Version(text)
    except InvalidVersion:
        return None
    return [str(version), canonicalize_version(version), version.is_prerelease]

texts = json.load(open(sys.argv[1]))
told = [tell(text) for text in texts]
valid = sorted({text for text, facts in zip(texts, told) if facts}, key=Version)
print(json.dumps({"told": told, "order": valid}))
`;

/** Versions and what looks like them, in all spellings. */
const texts = (() => {
  const number = fc.constantFrom('0', '1', '2', '10', '007', '123456789012345678901');
  const word = (...words: string[]) => fc.tuple(fc.constantFrom('', '.', '-', '_'), fc.constantFrom(...words), fc.constantFrom('', '.', '-', '_'), fc.constantFrom('', '0', '1', '12')).map((parts) => parts.join(''));
  const maybe = (part: fc.Arbitrary<string>) => fc.oneof({ weight: 3, arbitrary: fc.constant('') }, { weight: 2, arbitrary: part });
  const local = fc.array(fc.constantFrom('1', '12', '007', 'a', 'b1', 'Z'), { minLength: 1, maxLength: 3 }).chain((segments) => fc.constantFrom('.', '-', '_').map((separator) => `+${segments.join(separator)}`));
  const version = fc
    .tuple(fc.constantFrom('', 'v', ' '), maybe(number.map((epoch) => `${epoch}!`)), fc.array(number, { minLength: 1, maxLength: 4 }), maybe(word('a', 'alpha', 'b', 'BETA', 'c', 'rc', 'pre', 'preview')), maybe(fc.oneof(word('post', 'rev', 'r'), number.map((n) => `-${n}`))), maybe(word('dev', 'DEV')), maybe(local))
    .map(([start, epoch, release, ...suffixes]) => start + epoch + release.join('.') + suffixes.join(''));
  return fc.oneof({ weight: 9, arbitrary: version }, { weight: 1, arbitrary: fc.string({ unit: fc.constantFrom(...'01.-+!abrcv_ ') }) });
})();

it('spells, compares and orders versions as Python itself does', async (context) => {
  const python = requireClient(context, 'python');
  const { path: cwd } = await freshFolder();
  const sample = [...new Set(fc.sample(texts, 3000))];
  await writeFile(join(cwd, 'texts.json'), JSON.stringify(sample));
  await writeFile(join(cwd, 'tell.py'), program);
  const { stdout, stderr } = await runClient(python, ['tell.py', 'texts.json'], { cwd, env: { PATH: process.env['PATH'] ?? '', HOME: cwd } });
  expect(stderr).toBe('');
  const { told, order } = JSON.parse(stdout) as { told: ([string, string, boolean] | null)[]; order: string[] };
  expect(told.filter((facts) => facts !== null).length).toBeGreaterThan(1000);
  for (const [index, text] of sample.entries()) {
    const ours = parseVersion(text) && [spellVersion(readVersion(text)), normalizeVersion(text), isPrerelease(text)];
    expect([text, ours ?? null]).toEqual([text, told[index]]);
  }
  const key = (text: string) => pythonSortKey(normalizeVersion(text));
  for (const [index, text] of order.entries()) {
    const next = order[index + 1];
    if (next === undefined) continue;
    expect([text, next, Buffer.compare(Buffer.from(key(text)), Buffer.from(key(next))) <= 0]).toEqual([text, next, true]);
    // The same key just where they are the same version.
    expect([text, next, key(text) === key(next)]).toEqual([text, next, normalizeVersion(text) === normalizeVersion(next)]);
  }
}, 60_000);
