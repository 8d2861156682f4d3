import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { holdMs } from '../../src/blobs/hold.ts';
import { sweep } from '../../src/blobs/sweep.ts';
import { numberEvents } from '../../src/events/number.ts';
import { startApp, type TestApp } from '../support/app.ts';
import { backends } from '../support/environment/backends.ts';
import { leftovers } from '../support/leftovers.ts';
import { digestOf, imageOf } from '../support/oci-image.ts';
import { ociClient } from '../wire/oci/requests.ts';

const ten = Array.from({ length: 10 }, (_, index) => index);

describe.for(backends)('races of images on $name', { timeout: 120_000 }, ({ open, missing }) => {
  let app: TestApp;
  beforeAll(async () => {
    if (missing === undefined) app = await startApp({ backend: await open() });
  });
  afterAll(() => app?.close());

  const test = it.skipIf(missing !== undefined);

  test('the same layer goes to ten repositories at once, and is one blob', async () => {
    const { fetch, push } = ociClient(app);
    const layer = 'the same layer '.repeat(50_000);
    const images = ten.map((number) => imageOf({ layers: [layer], config: { author: `number ${number}` } }));
    const pushed = await Promise.all(images.map((image, number) => push(`acme/widgets/repository-${number}`, image, 'latest')));
    expect(pushed.map(({ status }) => status)).toEqual(ten.map(() => 201));
    for (const number of ten) {
      const response = await fetch(`acme/widgets/repository-${number}/blobs/${digestOf(layer)}`);
      expect([response.status, await response.text()]).toEqual([200, layer]);
    }
    const blobs = await app.core.database.reads.query('SELECT object_key FROM stored_blob WHERE sha256 = ?', [digestOf(layer).slice('sha256:'.length)]);
    expect(blobs).toHaveLength(1);
    await sweep(app.core);
    expect(await leftovers(app.core)).toEqual([]);
  });

  test('ten clients set one tag: all manifests stay, the last one has it', async () => {
    const { fetch, push, putManifest } = ociClient(app);
    const images = ten.map((number) => imageOf({ layers: [`tagged ${number}`] }));
    for (const image of images) for (const blob of image.blobs) expect((await ociClient(app).pushBlob('acme/widgets/tagged', blob)).status).toBe(201);
    const answers = await Promise.all(images.map((image) => putManifest('acme/widgets/tagged', 'latest', image.manifest, image.mediaType)));
    expect(answers.map(({ status }) => status)).toEqual(ten.map(() => 201));
    for (const image of images) expect(await (await fetch(`acme/widgets/tagged/manifests/${image.digest}`)).text()).toBe(image.manifest);
    // Events are written under the package's lock, and numbered in that order.
    while ((await numberEvents(app.core)) > 0);
    const [{ payload }] = await app.core.database.reads.query("SELECT e.payload FROM event e JOIN package p ON p.id = e.package_id WHERE p.name = 'tagged' AND e.type = 'PACKAGE_PUBLISHED' ORDER BY e.seq DESC LIMIT 1");
    expect((await fetch('acme/widgets/tagged/manifests/latest')).headers.get('docker-content-digest')).toBe((JSON.parse(payload) as { version: string }).version);
    expect((await push('acme/widgets/tagged', images[0] ?? imageOf(), 'latest')).status).toBe(201);
    expect((await fetch('acme/widgets/tagged/manifests/latest')).headers.get('docker-content-digest')).toBe(images[0]?.digest);
  });

  test('one blob comes to one repository ten times at once', async () => {
    const { fetch, openUpload, pushBlob } = ociClient(app);
    const digest = digestOf('ten times');
    const location = await openUpload('acme/widgets/often');
    const answers = await Promise.all([
      ...ten.map(() => pushBlob('acme/widgets/often', 'ten times')),
      // Two that end the same upload: one of them is told to send it again, or that it is there.
      ...[1, 2].map(() => fetch(`${location}?digest=${digest}`, { method: 'PUT', body: 'ten times' })),
    ]);
    for (const { status } of answers.slice(0, 10)) expect(status).toBe(201);
    for (const { status } of answers.slice(10)) expect(status).toSatisfy((each: number) => [201, 409].includes(each));
    expect(await (await fetch(`acme/widgets/often/blobs/${digest}`)).text()).toBe('ten times');
  });

  test('the sweep of a layer and a push of it: what was acknowledged can be pulled', async () => {
    const { fetch, push, pushBlob } = ociClient(app);
    let collected = 0;
    for (let round = 0; round < 40; round++) {
      const layer = `swept ${round}`;
      expect((await pushBlob('acme/widgets/before', layer)).status).toBe(201);
      app.clock.advance(holdMs + 1);
      const image = imageOf({ layers: [layer], config: { author: `round ${round}` } });
      const pause = new Promise((resolve) => setTimeout(resolve, (round % 8) * 0.8));
      const [report, one, two] = await Promise.all([
        sweep(app.core, { graceMs: 0 }),
        pause.then(() => push('acme/widgets/after', image, `v${round}`)),
        pause.then(() => pushBlob('acme/widgets/beside', layer)),
        round % 2 === 0 ? sweep(app.core, { graceMs: 0 }) : undefined,
      ]);
      collected += report.removedBlobs;
      expect([one.status, two.status]).toEqual([201, 201]);
      for (const repository of ['after', 'beside']) {
        const response = await fetch(`acme/widgets/${repository}/blobs/${digestOf(layer)}`);
        expect([round, response.status, await response.text()]).toEqual([round, 200, layer]);
      }
    }
    expect(collected).toBeGreaterThan(0);
    app.clock.advance(2 * holdMs);
    await sweep(app.core, { graceMs: 0 });
    expect(await leftovers(app.core)).toEqual([]);
  });
});
