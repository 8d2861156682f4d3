/** A program of a user's, with every kind of call; its last line is what it prints. Runs in Node and, as it stands, in a browser. */
export const program = `
import { createClient, EntrepotError, isFailure, orThrow, type PackageFieldsFragment } from 'entrepot/sdk';

export async function run(url: string, token: string): Promise<string[]> {
  const client = createClient({ url, token });
  const { user } = await client.viewer();
  const published = await client.publish({
    namespace: 'acme/widgets',
    format: 'GENERIC',
    name: 'greeting',
    version: '1.0.0',
    files: [{ fileName: 'hello.txt', body: new TextEncoder().encode('hello') }],
  });
  const sizeBytes: number | undefined = orThrow(published).files[0]?.sizeBytes;

  const again = await client.publishPackage({ namespace: 'acme/widgets', format: 'GENERIC', uploads: [] });
  let refusal = '';
  if (again.__typename === 'InvalidInput') refusal = again.field;
  else if (isFailure(again)) refusal = again.code;
  else refusal = again.files.map(({ name }) => name).join();

  const found = await client.package({ namespace: 'acme', format: 'GENERIC', name: 'greeting' });
  const latest: string | undefined = found?.latestVersion?.version;
  const names: PackageFieldsFragment['name'][] = [];
  for await (const { name } of client.allPackages({ namespace: 'acme', filter: { formats: ['GENERIC'] } })) names.push(name);

  const live: string[] = [];
  for await (const event of client.events({ filter: { name: 'greeting' } }, { after: 'e00000000000' })) {
    if (event.__typename === 'PackagePublished') live.push(\`\${event.packageName}@\${event.versionName}\`);
    if (live.length > 0) break;
  }

  const status = await client.namespace({ path: 'acme' }, { signal: AbortSignal.abort() }).then(
    () => 'read',
    (error: unknown) => (error instanceof EntrepotError ? error.code : 'ended'),
  );
  return [user?.username ?? 'nobody', String(sizeBytes), refusal, String(latest), names.join(), live.join(), status];
}
`;

/** Runs it with the URL and token it is given. */
export const main = `
import { run } from './program.js';

const [url = '', token = ''] = process.argv.slice(2);
console.log((await run(url, token)).join(' '));
`;

/** What must not compile: a line of code, after the client was made, and the error. */
export const mistakes: Record<string, [code: string, error: string]> = {
  'unknown field': ["(await client.package({ namespace: '', format: 'NPM', name: 'x' }))?.nam;", "Property 'nam' does not exist"],
  'field of a failure before it is told apart': ["(await client.publishPackage({ namespace: '', format: 'NPM', uploads: [] })).files;", "Property 'files' does not exist"],
  'possible null': ["(await client.namespace({ path: '' })).path;", 'possibly'],
  'wrong type of a variable': ["client.packages({ first: '10' });", "Type 'string' is not assignable to type 'number"],
  'unknown enum value': ["client.package({ namespace: '', format: 'npm', name: 'x' });", '"npm"\' is not assignable to type \'Format'],
  'missing variable': ["client.package({ namespace: '', format: 'NPM' });", "Property 'name' is missing"],
  'unknown input field': ["client.setTag({ packageId: '', tag: '', version: '', force: true });", "'force' does not exist"],
  'unknown method': ['client.packagez({});', "Property 'packagez' does not exist"],
  'wrong variables of a document': ['client.request(PackageDocument, { path: 1 });', "'path' does not exist"],
  'field of an event before it is told apart': ['for await (const event of client.events()) event.packageName;', "Property 'packageName' does not exist"],
  'wrong type of a filter': ["client.packagePublished({ formats: ['npm'] });", '"npm"\' is not assignable to type \'Format'],
  'wrong variables of a subscription': ['client.subscribe(PackagePublishedDocument, { path: 1 });', "'path' does not exist"],
  'narrowed to the payload': ["orThrow(await client.setTag({ packageId: '', tag: '', version: '' })).code;", "Property 'code' does not exist"],
};
