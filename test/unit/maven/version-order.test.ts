import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isMavenPrerelease, isSnapshot, mavenSortKey } from '../../../shims/maven/version-order.ts';
import { runCommand } from '../../support/environment/commands.ts';
import { mavenLibraries } from '../../support/environment/java-clients.ts';
import { requireClient } from '../../support/environment/requirements.ts';

/** Groups of equal versions, in Maven's order: what people call their versions. */
const inOrder = [
  ['0.0.1-alpha-1'], ['0.0.1-SNAPSHOT'], ['0.0.1'], ['0.1'], ['0.9.9'],
  ['1-alpha-1', '1.0-alpha-1', '1.0.0-a1', '1.0.0-ALPHA1'], ['1-alpha-2-SNAPSHOT'], ['1-alpha-2'], ['1-alpha-10'],
  ['1-beta'], ['1-beta-1', '1.0.0-b1'], ['1-milestone-1', '1.0-M1', '1.0.0-m1'], ['1-M2'],
  ['1-rc1-SNAPSHOT', '1.0-CR1-SNAPSHOT'], ['1-rc1', '1.0.0-RC1', '1.0-cr1'], ['1-rc2'], ['1-SNAPSHOT', '1.0.0-SNAPSHOT'],
  ['1', '1.0', '1.0.0', '1-ga', '1.0-final', '1.0.0-GA'], ['1-sp'], ['1-sp-1', '1.0-SP1'], ['1-android'], ['1-jre'], ['1-1', '1.0-1'], ['1-2'], ['1-10'],
  ['1.0.1-SNAPSHOT'], ['1.0.1'], ['1.0.2'], ['1.0.10'], ['1.1'], ['1.2'], ['1.10'], ['2-alpha'], ['2'], ['2.0.1'],
  ['9'], ['10'], ['10.1-SNAPSHOT'], ['10.1'], ['31.1-android'], ['31.1-jre'], ['2004', '2004.0'], ['20040616'], ['99999999999999999999'], ['100000000000000000000'],
];

/** Where qualifiers stand behind a dot, as JBoss, Hibernate, Netty and Spring write them. */
const dotted = [['3.9'], ['4.0.0.Alpha1'], ['4.0.0.Alpha2'], ['4.0.0.Beta1'], ['4.0.0.M1'], ['4.0.0.CR1', '4.0.0.RC1'], ['4.0.0.SNAPSHOT'], ['4.0.0.Final', '4.0.0', '4.0.0.GA', '4.0.0.RELEASE'], ['4.0.0.SP1'], ['4.0.1.Alpha1'], ['4.0.1.Final']];

describe.for([{ title: 'versions', groups: inOrder }, { title: 'dotted qualifiers', groups: dotted }])('the order of $title', ({ groups }) => {
  it('is Maven’s', () => {
    const keys = groups.map((group) => {
      const [key, ...others] = new Set(group.map(mavenSortKey));
      expect({ group, others }).toEqual({ group, others: [] });
      return key ?? '';
    });
    for (const [index, key] of keys.entries()) {
      if (index > 0) expect([groups[index - 1], groups[index], (keys[index - 1] ?? '') < key]).toEqual([groups[index - 1], groups[index], true]);
    }
  });

  it('is what Maven’s own class says', async (context) => {
    const java = requireClient(context, 'java');
    const libraries = await mavenLibraries(requireClient(context, 'mvn'));
    const versions = groups.flat();
    // It prints how each compares to the one before: "   1.0-alpha-1 < 1.0".
    const { output } = await runCommand(java, ['-cp', `${libraries}/*`, 'org.apache.maven.artifact.versioning.ComparableVersion', ...versions], { timeoutSeconds: 30 });
    const said = [...output.matchAll(/^ +(\S+) ([<=>]+) (\S+)$/gm)].map(([, a = '', sign, b = '']) => `${a} ${sign} ${b}`);
    const ours = versions.slice(1).map((version, index) => {
      const [a, b] = [mavenSortKey(versions[index] ?? ''), mavenSortKey(version)];
      return `${versions[index]} ${a < b ? '<' : a > b ? '>' : '=='} ${version}`;
    });
    expect(said).toEqual(ours);
  });
});

it('leaves nobody out: a key of printable ASCII, above the space and at most 512 characters, for any version', () => {
  const piece = fc.constantFrom('.', '-', '0', '1', '10', 'a', 'b', 'x', 'rc', 'SNAPSHOT', '_', '+', '~', '00000', '9'.repeat(50));
  fc.assert(fc.property(fc.array(piece, { minLength: 1, maxLength: 120 }).map((pieces) => pieces.join('').slice(0, 255)), (version) => {
    expect(mavenSortKey(version)).toMatch(/^[!-~]{1,512}$/);
  }));
});

it('orders numbers by value, however long', () => {
  fc.assert(fc.property(fc.bigInt({ min: 1n, max: 10n ** 80n }), fc.bigInt({ min: 1n, max: 10n ** 80n }), (a, b) => {
    expect(mavenSortKey(`1.${a}`) < mavenSortKey(`1.${b}`)).toBe(a < b);
  }));
});

it('tells what comes before a release', () => {
  for (const version of ['1-alpha', '1.0.0.Beta1', '2-M3', '1-b2', '1.0-rc.1', '3-CR2', '1-SNAPSHOT', '1.0-rc1-SNAPSHOT']) expect([version, isMavenPrerelease(version)]).toEqual([version, true]);
  for (const version of ['1', '1.0.Final', '1-sp1', '1-jre', '1.0-b', '1-mine', '2024.1', 'alphabet']) expect([version, isMavenPrerelease(version)]).toEqual([version, false]);
  expect(['1-SNAPSHOT', 'SNAPSHOT', '1.0', '1-snapshot', '1-SNAPSHOT-x'].map(isSnapshot)).toEqual([true, true, false, false, false]);
});
