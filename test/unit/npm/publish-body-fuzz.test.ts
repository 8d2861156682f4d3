import fc from 'fast-check';
import { expect, it } from 'vitest';
import { parsePublishBody } from '../../../shims/npm/publish-body.ts';
import { EntrepotError } from '../../../src/errors.ts';

/** Cuts bytes at pseudo-random places; copies, so that nothing may rely on neighbouring bytes. */
async function* cut(bytes: Buffer, sizes: readonly number[]): AsyncGenerator<Uint8Array> {
  for (let i = 0, n = 0; i < bytes.length; n++) {
    const size = sizes[n % sizes.length] ?? 1;
    yield new Uint8Array(bytes.subarray(i, i + size));
    i += size;
  }
}

async function collect(bytes: Buffer, sizes: readonly number[]): Promise<{ document: unknown; data: Map<string, Buffer> }> {
  const data = new Map<string, Buffer>();
  const document = await parsePublishBody(cut(bytes, sizes), async (name, pieces) => {
    const all: Buffer[] = [];
    for await (const piece of pieces) all.push(piece);
    data.set(name, Buffer.concat(all));
  });
  return { document, data };
}

const sizes = fc.array(fc.integer({ min: 1, max: 40 }), { minLength: 1, maxLength: 8 });
const json = fc.jsonValue({ maxDepth: 3 }).filter((value) => !JSON.stringify(value).includes('__proto__'));
const content = fc.uint8Array({ maxLength: 200 }).map((bytes) => Buffer.from(bytes));
const attachmentName = fc.string({ minLength: 1, maxLength: 12 }).filter((name) => name !== '__proto__' && !name.endsWith('.sigstore'));
const spelling = fc.record({ indent: fc.constantFrom(0, 1, 4), escapeSlash: fc.boolean(), padding: fc.boolean(), dataFirst: fc.boolean() });

it('equals JSON.parse and base64 decoding under any chunking and spelling', async () => {
  const property = fc.asyncProperty(fc.dictionary(attachmentName, content, { maxKeys: 3, noNullPrototype: true }), json, json, spelling, sizes, async (files, before, after, how, cuts) => {
    const attachments = Object.fromEntries(Object.entries(files).map(([name, bytes]) => {
      const base64 = bytes.toString('base64');
      const data = how.padding ? base64 : base64.replace(/=+$/, '');
      return [name, how.dataFirst ? { data, length: bytes.length, more: before } : { more: before, length: bytes.length, data }];
    }));
    const text = JSON.stringify({ before, _attachments: attachments, after }, null, how.indent);
    const { document, data } = await collect(Buffer.from(how.escapeSlash ? text.replaceAll('/', '\\/') : text), cuts);
    expect(data).toEqual(new Map(Object.entries(files)));
    const lengths = Object.entries(files).map(([name, bytes]) => [name, { more: before, length: bytes.length }]);
    expect(document).toEqual(JSON.parse(JSON.stringify({ before, _attachments: Object.fromEntries(lengths), after })));
  });
  await fc.assert(property, { numRuns: 400 });
}, 30_000);

const valid = Buffer.from(
  '{"_id":"@a/x","name":"@a/x","dist-tags":{"latest":"1.0.0"},"versions":{"1.0.0":{"name":"x","keywords":["\\u00e4",1.5e3,null,true]}},' +
    `"_attachments":{"@a/x-1.0.0.tgz":{"content_type":"t","data":"${Buffer.alloc(50, 7).toString('base64').replace('/', '\\/')}","length":50},"p.sigstore":{"data":"{\\"a\\":1}","length":7}}}`,
);

it('answers mutations of a valid body with a result or an error of the catalogue', async () => {
  await collect(valid, [1000]); // or the mutations below would prove nothing
  const change = fc.record({ at: fc.nat(valid.length - 1), drop: fc.nat(3), insert: fc.oneof(fc.constantFrom('"', '\\', '{', '}', '[', ']', ',', ':', '=', '\\u', '"data":"x"', '\0'), fc.string({ maxLength: 3 })) });
  const outcomes = { taken: 0, refused: 0 };
  const property = fc.asyncProperty(fc.array(change, { minLength: 1, maxLength: 3 }), fc.option(fc.nat(valid.length)), sizes, async (changes, end, cuts) => {
    let bytes: Buffer = valid;
    for (const { at, drop, insert } of changes) bytes = Buffer.concat([bytes.subarray(0, at), Buffer.from(insert), bytes.subarray(at + drop)]);
    try {
      await collect(bytes.subarray(0, end ?? undefined), cuts);
      outcomes.taken++;
    } catch (error) {
      expect(error).toBeInstanceOf(EntrepotError);
      outcomes.refused++;
    }
  });
  await fc.assert(property, { numRuns: 1500 });
  expect(outcomes.taken).toBeGreaterThan(0);
  expect(outcomes.refused).toBeGreaterThan(500);
}, 30_000);

it('answers every truncation of a valid body with an error of the catalogue', async () => {
  for (let end = 0; end < valid.length; end++) {
    await expect(collect(valid.subarray(0, end), [64]), `the first ${end} bytes`).rejects.toBeInstanceOf(EntrepotError);
  }
});

it('holds no more memory for 128 MB than for little', async () => {
  const piece = Buffer.from(Buffer.alloc(48 * 1024, 3).toString('base64'));
  const count = 2048;
  async function* body(): AsyncGenerator<Uint8Array> {
    yield Buffer.from('{"_attachments":{"x":{"data":"');
    for (let i = 0; i < count; i++) yield Buffer.from(piece);
    yield Buffer.from(`","length":${count * 48 * 1024}}}}`);
  }
  const before = process.memoryUsage.rss();
  let peak = before;
  await parsePublishBody(body(), async (_, data) => {
    for await (const _piece of data) peak = Math.max(peak, process.memoryUsage.rss());
  });
  expect(peak - before).toBeLessThan(64 * 1024 * 1024);
}, 30_000);
