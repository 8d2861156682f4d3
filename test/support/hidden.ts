import { insertMember } from '../../src/access/members.ts';
import { createToken } from '../../src/access/tokens.ts';
import { createUser } from '../../src/access/users.ts';
import { NamespaceTable } from '../../src/db/tables/namespace.ts';
import { node, publishAs } from '../contract/registry.ts';
import { npmPublish } from '../wire/npm-request.ts';
import { type Person, type TestApp, userOf } from './app.ts';

/*
 * Things that some callers must not know of. Each has the word "secret" in whatever name it has; its twin, which is nowhere, has
 * "absent" there. Whoever may not know gets the same answer for both, to the letter.
 */

/** A package of each format, called alike, that some callers must not know of. */
export interface HiddenPair {
  npm: string;
  generic: string;
  /** Where it lives. */
  path: string;
  /** Nodes at which it could be read. */
  views: string[];
}

const word = /secret|absent/g;

/** The same of what is not there. */
export function twin(text: string): string {
  return text.replaceAll('secret', 'absent');
}

/** Without the word that tells the two apart. */
export function blinded(text: string): string {
  return text.replace(word, '······');
}

/** Why somebody may not know of something. */
export interface HiddenCase {
  title: string;
  pair: HiddenPair;
  /** Titles of those who ask, with their secrets; undefined for anonymous callers. */
  callers: [string, string | undefined][];
  /** Formats that are hidden from them; all unless told. */
  formats?: ('npm' | 'generic')[];
}

const pairOf = (letter: string, path: string, views: string[]): HiddenPair => ({ npm: `@team/secret-${letter}`, generic: `secret-${letter}`, path, views });

const pairs = {
  inPrivate: pairOf('a', 'secret-co/box', ['', 'secret-co', 'secret-co/box']),
  belowPublic: pairOf('b', 'open/box', ['', 'open', 'open/box']),
  restricted: pairOf('c', 'acme/widgets', ['', 'acme', 'acme/widgets']),
  ordinary: pairOf('d', 'acme/widgets', ['', 'acme', 'acme/widgets']),
  inPullOpen: pairOf('e', 'pull', ['', 'pull']),
  switchedOff: pairOf('f', 'dark', ['', 'dark']),
  belowGuest: pairOf('g', 'acme/widgets', ['', 'acme', 'acme/widgets']),
};

/** Makes the things and whoever may not know of them. */
export async function makeHidden(app: TestApp): Promise<HiddenCase[]> {
  const { core } = app;
  await app.namespace('secret-co', 'GROUP');
  await app.namespace('secret-co/box');
  await app.namespace('open', 'GROUP', 'PUBLIC');
  await app.namespace('open/box');
  const pull = await app.namespace('pull');
  const dark = await app.namespace('dark');
  for (const { npm, generic, path } of Object.values(pairs)) await publishPair(app, npm, generic, path);
  await core.database.tx(async (tx) => {
    await tx.update(NamespaceTable, { id: pull.id }, { isPullOpen: true });
    await tx.update(NamespaceTable, { id: dark.id }, { disabledFormats: '*' });
    for (const { npm, generic } of [pairs.restricted, pairs.inPullOpen]) await tx.query('UPDATE package SET is_restricted = 1 WHERE name IN (?, ?)', [npm, generic]);
  });
  const strangers: [string, string | undefined][] = [['anonymous', undefined], ['an outsider', app.secrets.outsider]];
  const guest = await guestOf(app, 'acme');
  const limited = async (person: Person, limits: { formats?: string[]; namePattern?: string }) => limitedToken(app, person, limits);
  return [
    { title: 'in a private node', pair: pairs.inPrivate, callers: strangers },
    { title: 'in a private project of a public group', pair: pairs.belowPublic, callers: strangers },
    { title: 'restricted', pair: pairs.restricted, callers: [['a REPORTER', app.secrets.reader], ...strangers] },
    { title: 'restricted, where anyone can pull', pair: pairs.inPullOpen, callers: strangers },
    { title: 'where the registry is off', pair: pairs.switchedOff, callers: strangers },
    { title: 'in a node that the caller may only know of', pair: pairs.belowGuest, callers: [['a GUEST', guest], ...strangers] },
    {
      title: 'of a name that the token is not good for',
      pair: pairs.ordinary,
      callers: [
        ['a limited token of a REPORTER', await limited('reader', { namePattern: 'other*' })],
        ['a limited token of an OWNER', await limited('owner', { namePattern: 'other*' })],
        ['a limited token of an admin', await limited('admin', { namePattern: 'other*' })],
      ],
    },
    { title: 'of a format that the token is not good for', pair: pairs.ordinary, formats: ['npm'], callers: [['a generic token of an OWNER', await limited('owner', { formats: ['generic'] })]] },
    { title: 'of another format that the token is not good for', pair: pairs.ordinary, formats: ['generic'], callers: [['an npm token of an OWNER', await limited('owner', { formats: ['npm'] })]] },
  ];
}

async function publishPair(app: TestApp, npm: string, generic: string, path: string): Promise<void> {
  const manifest = { keywords: ['secret-word'], description: 'secret', dependencies: { 'used-by-secret': '1' } };
  const response = await npmPublish(app, npm, '1.0.0', { as: 'admin', namespace: path, manifest });
  if (response.status !== 201) throw new Error(await response.text());
  await publishAs(app, { as: 'admin', namespace: path, format: 'generic', name: generic, files: { 'file.txt': `content of ${generic}` } });
}

/** Secret of somebody who may know that a node and what is below it are there, but not what is in them. */
async function guestOf({ core }: TestApp, path: string): Promise<string> {
  const { id: userId } = await createUser(core, { username: 'guest' });
  await insertMember(core, userId, (await node(core, path)).id, 'GUEST');
  return (await createToken(core, { userId, name: 'guest' })).secret;
}

/** Secret of a person's token that is good for some packages only. */
async function limitedToken({ core }: TestApp, person: Person, limits: { formats?: string[]; namePattern?: string }): Promise<string> {
  const user = await userOf(core, person);
  return (await createToken(core, { userId: user?.id ?? '', name: 'limited', ...limits })).secret;
}

/** All that a change would leave a trace in. */
export async function traces({ core }: TestApp): Promise<unknown> {
  const counted = ['namespace', 'version', 'tag', 'file', 'event', 'membership', 'team', 'user', 'access_token', 'package_grant', 'setting', 'protection_rule', 'cleanup_policy', 'cleanup_run', 'webhook', 'webhook_delivery', 'upload_session', 'upload_part'];
  const [packages] = await core.database.reads.query('SELECT COUNT(*) AS total, SUM(revision) AS revisions, SUM(is_restricted) AS restricted FROM package');
  const counts = await Promise.all(counted.map((table) => core.database.reads.query(`SELECT COUNT(*) AS total FROM ${table}`)));
  return [{ ...packages }, ...counts.map(([row], index) => [counted[index], Number(row.total)])];
}
