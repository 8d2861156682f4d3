import { describe, expect, it } from 'vitest';
import { buildOfFile } from '../../../shims/maven/snapshot-files.ts';
import { type BuildFile, selectBuildFiles } from '../../../src/cleanup/builds.ts';
import type { Criteria } from '../../../src/cleanup/select.ts';
import { dayMs } from '../../../src/days.ts';

const now = Date.UTC(2030, 0, 1);
const version = '1-SNAPSHOT';
const none: Criteria = { keepNewest: 1, olderThanDays: null, notDownloadedForDays: null, removePattern: null, keepPattern: null };

/** A file `lib-1-{build}{rest}`. */
function file(build: string, rest: string, daysOld = 0, more: Partial<BuildFile> = {}): BuildFile {
  const name = `lib-1-${build}${rest}`;
  return { id: `fil_${name}`, name, packageId: 'pkg', versionId: 'ver', version, normalizedVersion: version, uploadedAt: now - daysOld * dayMs, lastDownloadedAt: null, sizeBytes: 1, ...more };
}

function removed(criteria: Partial<Criteria>, ...files: BuildFile[]): string[] {
  return selectBuildFiles({ ...none, ...criteria }, files, ({ name }) => buildOfFile('lib', version, name), now).map(({ name }) => name.slice('lib-1-'.length));
}

const [one, two, three] = ['20260101.000000-1', '20260102.000000-9', '20260102.000000-10'] as const;

describe('of the builds of a version', () => {
  it('the newest of each kind of file stay, by time and then by number', () => {
    const files = [file(three, '.jar'), file(one, '.jar'), file(two, '.jar'), file(one, '-sources.jar'), file(two, '.pom'), file(one, '.pom')];
    expect(removed({}, ...files)).toEqual([`${one}.jar`, `${one}.pom`, `${two}.jar`]);
    expect(removed({ keepNewest: 2 }, ...files)).toEqual([`${one}.jar`]);
    expect(removed({ keepNewest: 3 }, ...files)).toEqual([]);
  });

  it('no file goes that belongs to none', () => {
    expect(removed({}, file('SNAPSHOT', '.jar', 900), file(two, '.jar'), file('other', '.txt', 900))).toEqual([]);
  });

  it('files go together: when the last came, and the last was downloaded', () => {
    const files = [file(one, '.jar', 40, { lastDownloadedAt: now - 5 * dayMs }), file(one, '.pom', 20), file(two, '.jar'), file(two, '.pom')];
    expect(removed({ olderThanDays: 30 }, ...files)).toEqual([]);
    expect(removed({ olderThanDays: 10 }, ...files)).toEqual([`${one}.jar`, `${one}.pom`]);
    expect(removed({ notDownloadedForDays: 5 }, ...files)).toEqual([]);
    expect(removed({ notDownloadedForDays: 4 }, ...files)).toEqual([`${one}.jar`, `${one}.pom`]);
  });

  it('patterns are about the version', () => {
    const files = [file(one, '.jar'), file(two, '.jar')];
    expect(removed({ removePattern: '2-.*' }, ...files)).toEqual([]);
    expect(removed({ removePattern: '1-.*' }, ...files)).toEqual([`${one}.jar`]);
    expect(removed({ keepPattern: '1-.*' }, ...files)).toEqual([]);
  });
});
