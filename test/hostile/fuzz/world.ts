import { makeWorld, type World } from '../../permissions/world.ts';
import { digestOf, imageOf, putImage } from '../../support/oci-image.ts';
import { imageContent } from './samples.ts';

/** A registry with packages of all formats, and what the images that are changed are made of. */
export async function makeFuzzWorld(): Promise<World> {
  const world = await makeWorld();
  const { app } = world;
  const widgets = (await app.core.database.reads.query("SELECT id, path, lineage FROM namespace WHERE path = 'acme/widgets'"))[0];
  await putImage(app.core, await app.actor('admin'), widgets, 'img-1', imageOf({ layers: ['layer 1', 'layer 2'] }));
  for (const content of imageContent) await app.fetch(`/v2/acme/widgets/img-1/blobs/uploads/?digest=${digestOf(content)}`, 'developer', { method: 'POST', body: content as never });
  return world;
}
