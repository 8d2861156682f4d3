import { describe, expect, it } from 'vitest';
import { parsePublishBody } from '../../../shims/npm/publish-body.ts';
import { InvalidInput } from '../../../src/errors.ts';
import type { JsonObject } from '../../../src/formats/format.ts';

async function* inPieces(body: string | Buffer, size = Infinity): AsyncGenerator<Uint8Array> {
  const bytes = Buffer.from(body);
  for (let i = 0; i < bytes.length; i += size) yield bytes.subarray(i, i + size);
}

async function parse(body: string | Buffer, size?: number): Promise<{ document: JsonObject; attachments: [string, string][] }> {
  const attachments: [string, string][] = [];
  const document = await parsePublishBody(inPieces(body, size), async (name, data) => {
    const pieces: Buffer[] = [];
    for await (const piece of data) pieces.push(piece);
    attachments.push([name, Buffer.concat(pieces).toString('latin1')]);
  });
  return { document, attachments };
}

const attached = (data: string, rest = ''): string => `{"name":"x","_attachments":{"x-1.0.0.tgz":{"data":${data}${rest}}}}`;

describe.each([1, 3, Infinity])('a body in pieces of %s bytes', (size) => {
  it('hands out attachments and returns the rest', async () => {
    const body = '\n{"name":"x","_attachments":{"@a/x-1.tgz":{"content_type":"t","data":"aGVsbG8=","length":5},"y.tgz":{"length":2,"data":"aGk"}},"versions":{"1.0.0":{"data":"aGk="}}} ';
    const { document, attachments } = await parse(body, size);
    expect(attachments).toEqual([['@a/x-1.tgz', 'hello'], ['y.tgz', 'hi']]);
    expect(document).toEqual({
      name: 'x',
      _attachments: { '@a/x-1.tgz': { content_type: 't', length: 5 }, 'y.tgz': { length: 2 } },
      versions: { '1.0.0': { data: 'aGk=' } },
    });
  });

  it('takes escapes in names and data', async () => {
    const body = '{"\\u005fattachments":{"a\\/b\\u0021":{"d\\u0061ta":"\\u0061GVs\\u002b\\/w="}}}';
    const { attachments } = await parse(body, size);
    expect(attachments).toEqual([['a/b!', Buffer.from('aGVs+/w=', 'base64').toString('latin1')]]);
  });

  it('takes a provenance bundle as text', async () => {
    const bundle = JSON.stringify({ mediaType: 'ä "quoted"' });
    const body = JSON.stringify({ _attachments: { 'x.sigstore': { data: bundle, length: bundle.length } } });
    expect((await parse(body, size)).attachments).toEqual([['x.sigstore', Buffer.from(bundle).toString('latin1')]]);
  });

  it('takes a body without attachments', async () => {
    const body = { _id: 'x', versions: { '1.0.0': { deprecated: 'old' } }, _attachments: {} };
    expect((await parse(JSON.stringify(body), size)).document).toEqual(body);
  });
});

it('finds data nowhere but in attachments', async () => {
  const body = '{"_attachments":[{"data":"aGk="}],"a":{"_attachments":{"b":{"data":"aGk="}}},"b":{"c":{"data":"aGk="}}}';
  await expect(parse(body)).rejects.toThrow('attachments of the request body must be an object');
  const { attachments } = await parse(body.replace('"_attachments":[{"data":"aGk="}],', '').replace('{"a"', '{"_attachments":{"x":{"y":{"data":"aGk="}}},"a"'));
  expect(attachments).toEqual([]);
});

it('returns the stub of an attachment as it came', async () => {
  const stub = { _attachments: { x: { stub: true, length: 7 } } };
  expect((await parse(JSON.stringify(stub))).document).toEqual(stub);
});

it('drops __proto__ without following it', async () => {
  const { document } = await parse('{"name":"x","__proto__":{"polluted":1},"versions":{"__proto__":{"a":1},"1":{"\\u005f_proto__":2}}}');
  expect(document).toEqual({ name: 'x', versions: { '1': {} } });
  expect((document as { polluted?: unknown }).polluted).toBeUndefined();
});

describe('refuses', () => {
  it.each<[string, string | Buffer, string]>([
    ['nothing', '', 'empty'],
    ['what is not JSON', 'hello', 'not JSON'],
    ['a list', '[]', 'not a JSON object'],
    ['a bare string', '"x"', 'not a JSON object'],
    ['a truncated document', '{"a":1', 'too early'],
    ['a truncated string', '{"a":"b', 'too early'],
    ['truncated data', '{"_attachments":{"x":{"data":"aGk', 'middle of an attachment'],
    ['a truncated bundle', '{"_attachments":{"x.sigstore":{"data":"aGk', 'middle of an attachment'],
    ['text after the end', '{} {}', 'not JSON'],
    ['rubbish beside data', attached('"aGk="1'), 'not JSON'],
    ['rubbish before data', attached('1"aGk="'), 'not JSON'],
    ['two strings as data', attached('"aGk=" "aGk="'), 'not JSON'],
    ['mismatched brackets', '{"a":[}', 'too early'],
    ['what is not UTF-8', Buffer.from([0x7b, 0x22, 0xff, 0x22, 0x3a, 0x31, 0x7d]), 'not UTF-8'],
    ['invalid base64 characters', attached('"aG!="'), 'base64'],
    ['the minus of the URL alphabet', attached('"aG-x"'), 'base64'],
    ['the underscore of the URL alphabet', attached('"aG_x"'), 'base64'],
    ['line breaks in base64', attached('"aGVs\\nbG8="'), 'base64'],
    ['a quote in base64', attached('"aGVs\\"bG8="'), 'base64'],
    ['non-ASCII in base64', attached('"aGVsbG8é"'), 'base64'],
    ['text after padding', attached('"aGk=aGk="'), 'padding'],
    ['too much padding', attached('"aGk=="'), 'middle'],
    ['padding alone', attached('"===="'), 'padding'],
    ['a lone character', attached('"aGVsb"'), 'middle'],
    ['a wrong length', attached('"aGk="', ',"length":3'), '2 bytes long, but 3 were announced'],
    ['a length that is no number', attached('"aGk="', ',"length":"2"'), 'announced'],
    ['data that is no string', attached('12'), 'must be a string'],
    ['data twice', attached('"aGk="', ',"data":"aGk="'), '"data" twice'],
    ['data twice, escaped', attached('"aGk="', ',"d\\u0061ta":"aGk="'), '"data" twice'],
    ['attachments twice', '{"_attachments":{},"_attachments":{}}', '"_attachments" twice'],
    ['an attachment that is no object', '{"_attachments":{"x":1}}', 'must be an object'],
    ['an attachment called __proto__', '{"_attachments":{"__proto__":{"data":"aGk="}}}', 'forbidden name'],
    ['five attachments', `{"_attachments":{${[1, 2, 3, 4, 5].map((n) => `"${n}":{"data":""}`).join(',')}}}`, 'more than 4 attachments'],
    ['deep nesting', `${'{"a":'.repeat(65)}1${'}'.repeat(65)}`, 'deeper than 64'],
    ['overlong names', `{"${'x'.repeat(17_000)}":1}`, 'overlong name'],
  ])('%s', async (_, body, message) => {
    const parsing = parse(body);
    await expect(parsing).rejects.toThrow(InvalidInput);
    await expect(parsing).rejects.toThrow(message);
    await expect(parse(body, 1)).rejects.toThrow(InvalidInput);
  });
});

it('takes nesting at the limit', async () => {
  const body = `${'{"a":'.repeat(64)}1${'}'.repeat(64)}`;
  expect(JSON.stringify((await parse(body)).document)).toBe(body);
});

describe('limits', () => {
  const limits = { maxDocumentBytes: 100, maxAttachments: 1, maxTextBytes: 10 };
  const ignore = async (): Promise<void> => undefined;
  const sized = (bytes: number): string => `{"a":"${'x'.repeat(bytes - 8)}"}`;

  it('count the document without the data', async () => {
    await expect(parsePublishBody(inPieces(sized(100)), ignore, limits)).resolves.toBeTypeOf('object');
    await expect(parsePublishBody(inPieces(sized(101)), ignore, limits)).rejects.toThrow('larger than 100 bytes');
    await expect(parsePublishBody(inPieces(attached(`"${'aGVs'.repeat(100)}"`)), ignore, limits)).resolves.toBeTypeOf('object');
  });

  it('bound a bundle', async () => {
    const bundle = (text: string): string => `{"_attachments":{"x.sigstore":{"data":"${text}"}}}`;
    await expect(parsePublishBody(inPieces(bundle('x'.repeat(8))), ignore, limits)).resolves.toBeTypeOf('object');
    await expect(parsePublishBody(inPieces(bundle('x'.repeat(9))), ignore, limits)).rejects.toThrow('larger than 10 bytes');
  });
});

describe('an attachment reader', () => {
  const body = JSON.stringify({ _attachments: { x: { data: Buffer.alloc(300_000, 1).toString('base64'), length: 300_000 } }, name: 'x' });

  it('may stop early: the rest is read and checked', async () => {
    const document = await parsePublishBody(inPieces(body, 1000), async (_, data) => {
      for await (const _piece of data) break;
    });
    expect(document.name).toBe('x');
    const damaged = body.replace(/AQEB"/, 'AQE!"');
    await expect(parsePublishBody(inPieces(damaged, 1000), async () => undefined)).rejects.toThrow('base64');
  });

  it('may leave a read under way', async () => {
    const document = await parsePublishBody(inPieces(body, 1000), async (_, data) => {
      const iterator = data[Symbol.asyncIterator]();
      for (let n = 0; n < 20; n++) void iterator.next();
    });
    expect(document).toEqual({ _attachments: { x: { length: 300_000 } }, name: 'x' });
  });

  it('sets the pace: the source is not read ahead', async () => {
    let sent = 0;
    async function* counted(): AsyncGenerator<Uint8Array> {
      for await (const piece of inPieces(body, 1000)) {
        sent += piece.length;
        yield piece;
      }
    }
    await parsePublishBody(counted(), async (_, data) => {
      let received = 0;
      for await (const piece of data) {
        received += piece.length;
        await new Promise((resume) => setImmediate(resume));
        expect(sent).toBeLessThan((received * 4) / 3 + 2100);
      }
      expect(received).toBe(300_000);
    });
  });

  it('ends the parsing with its error, and the source is left open', async () => {
    const source = inPieces(body, 1000);
    const failing = parsePublishBody(source, async () => {
      throw new Error('disk full');
    });
    await expect(failing).rejects.toThrow('disk full');
    expect((await source.next()).done).toBe(false);
  });

  it('sees the error of the source', async () => {
    async function* broken(): AsyncGenerator<Uint8Array> {
      yield Buffer.from(body.slice(0, 1000));
      throw new Error('connection lost');
    }
    const reading = parsePublishBody(broken(), async (_, data) => {
      for await (const _piece of data);
    });
    await expect(reading).rejects.toThrow('connection lost');
  });
});
