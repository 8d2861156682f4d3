import { isSignedIn } from '../../src/access/actor.ts';
import { discardStaged, orDiscard } from '../../src/blobs/stage.ts';
import { uploadedFile } from '../../src/blobs/uploaded-file.ts';
import { FileExists, InvalidInput, InvalidPackage, Unauthenticated } from '../../src/errors.ts';
import type { Inspection } from '../../src/formats/format.ts';
import { lengthOf } from '../../src/http/uploads.ts';
import { findStoredFile } from '../../src/packages/download.ts';
import { getPublishTarget } from '../../src/packages/publish-target.ts';
import { publish } from '../../src/packages/publish.ts';
import { checkRoom, stageWithin } from '../../src/packages/room.ts';
import { getPackageInView } from '../../src/packages/view.ts';
import type { StagedObject } from '../../src/storage/digests.ts';
import { parseMultipart } from '../kit/multipart.ts';
import type { Exchange } from '../kit/shim.ts';
import { nugetFormat } from './format.ts';
import { versionKey } from './version.ts';

/** What a form adds around its file: boundaries and headers. */
const formBytes = 4 * 1024;

/**
 * `PUT /v3/package`, `PUT /api/v2/package`, `PUT /api/v2`: publishes the package in the form, a nupkg or snupkg; its nuspec says which and of
 * what (https://learn.microsoft.com/nuget/api/package-publish-resource). The body may come in chunks without a length.
 */
export function putPackage(exchange: Exchange): Promise<void> {
  return receive(exchange, () => undefined);
}

/** `PUT /v3/symbols`: the symbols of a package that is there (https://learn.microsoft.com/nuget/api/symbol-package-publish-resource). */
export function putSymbols(exchange: Exchange): Promise<void> {
  return receive(exchange, ({ accompanies }) => {
    if (!accompanies) throw new InvalidPackage('This is no symbol package (.snupkg): its nuspec has no package type SymbolsPackage.');
  });
}

async function receive({ core, actor, namespacePath, request, response }: Exchange, check: (inspection: Inspection) => void): Promise<void> {
  if (!isSignedIn(actor)) throw new Unauthenticated();
  // Which package it is the bytes will tell, so this is what can be refused before.
  const anywhere = await getPublishTarget(core, actor, namespacePath, { format: nugetFormat });
  const atLeastBytes = Math.max(0, (lengthOf(request.headers['content-length']).expectedBytes ?? 0) - formBytes);
  const room = await checkRoom(core, anywhere, { format: nugetFormat }, atLeastBytes);
  const staged: StagedObject[] = [];
  try {
    await parseMultipart(request, request.headers['content-type'], async (_part, data) => {
      if (staged.length > 0) throw new InvalidInput('body', 'One push takes one package.');
      staged.push(await stageWithin(core, room, data));
    });
  } catch (error) {
    await discardStaged(core, staged);
    throw error;
  }
  const [object] = staged;
  if (!object) throw new InvalidInput('body', 'The form has no file; a push sends the package as one.');
  await orDiscard(core, [object], async () => {
    const inspection = await nugetFormat.inspect(uploadedFile(core, object, 'package.nupkg'), {});
    check(inspection);
    const { version, file, describes = false, accompanies = false } = inspection;
    const namespace = await getPublishTarget(core, actor, namespacePath, { format: nugetFormat, name: version.name });
    await publish(core, actor, { namespace, format: nugetFormat, version, files: [{ facts: file, object }], describes, accompanies }).catch((error: unknown) => sameSymbols(error, inspection));
  });
  response.writeHead(201, { 'content-length': 0 }).end();

  /**
   * A client that passes over a package that is there (`--skip-duplicate`) pushes its symbols all the same, and fails where they are there, too:
   * the very same ones are taken once more without a change.
   */
  async function sameSymbols(error: unknown, { version, file, accompanies }: Inspection): Promise<void> {
    if (!(error instanceof FileExists) || !accompanies || !object) throw error;
    const head = await getPackageInView(core, actor, namespacePath, nugetFormat, version.name, 'PUBLISH');
    const stored = await findStoredFile(core, head.id, versionKey(version.version), file.name);
    if (stored?.sha256 !== object.digests.sha256) throw error;
    await discardStaged(core, [object]);
  }
}
