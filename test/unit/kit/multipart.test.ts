import { Readable } from 'node:stream';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { EntrepotError, InvalidInput } from '../../../src/errors.ts';
import { defaultMultipartLimits, type MultipartLimits, parseMultipart } from '../../../shims/kit/multipart.ts';
import { form, formBoundary, formType, type FormPart } from '../../support/multipart.ts';

interface Parsed {
  fields: [string, string[]][];
  files: { name: string; fileName: string; contentType?: string; content: string; fieldsBefore: number }[];
}

async function parse(body: Buffer, size = 1000, limits: Partial<MultipartLimits> = {}, contentType: string | undefined = formType): Promise<Parsed> {
  const pieces: Buffer[] = [];
  for (let at = 0; at < body.length; at += size) pieces.push(body.subarray(at, at + size));
  const files: Parsed['files'] = [];
  const fields = await parseMultipart(
    Readable.from(pieces),
    contentType,
    async (part, data, before) => {
      const content: Buffer[] = [];
      for await (const piece of data) content.push(Buffer.from(piece));
      files.push({ ...part, content: Buffer.concat(content).toString('latin1'), fieldsBefore: before.size });
    },
    { ...defaultMultipartLimits, ...limits },
  );
  return { fields: [...fields], files };
}

it('takes a form apart as it was put together, in pieces of any size', async () => {
  // Content that is nearly a delimiter, too.
  const content = fc.array(fc.constantFrom('\r\n', '--', '\r', formBoundary.slice(0, -1), 'x', '\r\n--a-', 'ä'), { maxLength: 12 }).map((parts) => parts.join(''));
  const part = fc.record({ name: fc.stringMatching(/^[a-z:_]{1,8}$/), content, isFile: fc.boolean() });
  const property = fc.asyncProperty(fc.array(part, { maxLength: 8 }), fc.integer({ min: 1, max: 300 }), async (parts, size) => {
    const body = form(parts.map(({ isFile, ...rest }): FormPart => ({ ...rest, ...(isFile ? { fileName: 'f' } : {}) })));
    const { fields, files } = await parse(body, size);
    const expected = Map.groupBy(parts.filter(({ isFile }) => !isFile), ({ name }) => name);
    expect(fields).toEqual([...expected].map(([name, values]) => [name, values.map((value) => value.content)]));
    expect(files.map((file) => [file.name, file.content])).toEqual(parts.filter(({ isFile }) => isFile).map((file) => [file.name, Buffer.from(file.content).toString('latin1')]));
  });
  await fc.assert(property, { numRuns: 300 });
});

it('takes names without quotes, as .NET sends them, and no other parts', async () => {
  const body = form([{ name: '', headers: ['Content-Disposition: form-data; name=package; filename=package.nupkg; filename*=utf-8\'\'p%C3%A4.nupkg', 'Content-Type: application/octet-stream'], content: 'PK' }]);
  expect(await parse(body, 5, {}, `multipart/form-data; boundary="${formBoundary}"`)).toEqual({ fields: [], files: [{ name: 'package', fileName: 'pä.nupkg', contentType: 'application/octet-stream', content: 'PK', fieldsBefore: 0 }] });
});

it('decodes base64, in lines', async () => {
  const encoded = Buffer.from('\x00\xff of a file', 'latin1').toString('base64');
  const headers = ['Content-Disposition: form-data; name="file"; filename="a"', 'Content-Transfer-Encoding: base64'];
  const { files } = await parse(form([{ name: '', headers, content: `${encoded.slice(0, 6)}\r\n${encoded.slice(6)}\r\n` }]), 3);
  expect(files[0]?.content).toBe('\x00\xff of a file');
  await expect(parse(form([{ name: '', headers, content: 'no*base64' }]))).rejects.toThrow('not base64');
});

it('reads past a preamble, an epilogue, padding behind a boundary and what a reader leaves', async () => {
  const body = form([{ name: 'a', content: '1' }, { name: 'f', fileName: 'f', content: 'x'.repeat(5000) }, { name: 'b', content: '2' }], { before: 'This is multipart.\r\n', after: 'bye' });
  const padded = Buffer.from(body.toString().replace(`${formBoundary}\r\n`, `${formBoundary} \t\r\n`));
  const fields = await parseMultipart(Readable.from([padded]), formType, async (_part, data) => {
    for await (const piece of data) if (piece.length > 0) break;
  });
  expect([...fields]).toEqual([['a', ['1']], ['b', ['2']]]);
});

it('names and values may hold quotes and backslashes', async () => {
  const { files } = await parse(form([{ name: 'f', fileName: 'a\\"b\\\\c;d\\e', content: '' }]));
  expect(files[0]?.fileName).toBe('a"b\\c;d\\e');
});

it('passes on what the reader throws, and leaves the source open', async () => {
  const source = Readable.from([form([{ name: 'f', fileName: 'f', content: 'x' }]).subarray(0, -20), Buffer.from('rest')]);
  const refused = parseMultipart(source, formType, async () => { throw new InvalidInput('x', 'no room'); });
  await expect(refused).rejects.toThrow('no room');
  expect(source.destroyed).toBe(false);
});

describe('refuses', () => {
  const one = form([{ name: 'a', content: '1' }]);
  const withHeaders = (...headers: string[]) => form([{ name: '', headers, content: '1' }]);
  it.each<[string, Buffer, string]>([
    ['nothing', Buffer.alloc(0), 'too early'],
    ['another boundary', Buffer.from(one.toString().replaceAll(formBoundary, 'other')), 'too early'],
    ['a body without its end', one.subarray(0, -6), 'too early'],
    ['a body cut in a header', one.subarray(0, 40), 'too early'],
    ['a boundary that goes on', Buffer.from(one.toString().replace(`${formBoundary}\r`, `${formBoundary}x\r`)), 'followed by something else'],
    ['a part without a name', withHeaders('Content-Disposition: form-data'), 'no name'],
    ['a part of another kind', withHeaders('Content-Disposition: attachment; name="a"'), 'no form-data'],
    ['a part without headers', withHeaders('X-Other: 1'), 'no form-data'],
    ['a header twice', withHeaders('Content-Disposition: form-data; name="a"', 'content-disposition: form-data; name="b"'), 'header of a part'],
    ['a name twice', withHeaders('Content-Disposition: form-data; name="a"; name="b"'), 'given twice'],
    ['half a quote', withHeaders('Content-Disposition: form-data; name="a'), 'parameters'],
    ['a header that is none', withHeaders('nonsense'), 'header of a part'],
    ['a folded header', withHeaders('Content-Disposition: form-data;\r\n name="a"'), 'header of a part'],
    ['a file name that is no UTF-8', withHeaders("Content-Disposition: form-data; name=a; filename*=utf-8''%ff"), 'percent-encoded'],
    ['a file name of another encoding', withHeaders("Content-Disposition: form-data; name=a; filename*=latin1''x"), 'other than UTF-8'],
    ['an unknown encoding', withHeaders('Content-Disposition: form-data; name=a', 'Content-Transfer-Encoding: quoted-printable'), 'an encoding'],
    ['a value that is no UTF-8', form([{ name: 'a', content: Buffer.from([0xff]) }]), 'not UTF-8'],
  ])('%s', async (_, body, message) => {
    for (const size of [1, 7, 10_000]) await expect(parse(body, size)).rejects.toThrow(message);
    await expect(parse(body)).rejects.toThrow(InvalidInput);
  });

  it.each(['application/json', undefined, 'multipart/form-data', 'multipart/form-data; boundary=', 'multipart/form-data; charset=utf-8', 'multipart/form-dataX; boundary=a'])('the type %s', async (type) => {
    await expect(parseMultipart(Readable.from([one]), type, async () => {})).rejects.toThrow(EntrepotError);
  });

  it.each<[string, Partial<MultipartLimits>, Partial<MultipartLimits>, string]>([
    ['parts', { maxParts: 2 }, { maxParts: 1 }, 'more than 1 parts'],
    ['a field', { maxFieldBytes: 10 }, { maxFieldBytes: 9 }, 'The field "a" is too long'],
    ['all fields', { maxFieldsBytes: 15 }, { maxFieldsBytes: 14 }, 'The field "b" is too long'],
    ['headers', { maxHeaderBytes: 40 }, { maxHeaderBytes: 39 }, 'too long'],
    ['a preamble', { maxAroundBytes: 5 }, { maxAroundBytes: 4 }, 'before its first part'],
    ['an epilogue', { maxAroundBytes: 5 }, { maxAroundBytes: 4 }, 'too much'],
  ])('too many or too long: %s', async (what, enough, tooFew, message) => {
    const body = form([{ name: 'a', content: '0123456789' }, { name: 'b', content: '01234' }], what === 'an epilogue' ? { after: '123' } : what === 'a preamble' ? { before: '123\r\n' } : {});
    for (const size of [1, 10_000]) {
      expect((await parse(body, size, enough)).fields).toHaveLength(2);
      await expect(parse(body, size, tooFew)).rejects.toThrow(message);
    }
  });
});

it('answers damaged bodies with a result or an error of the catalogue', async () => {
  const body = form([{ name: 'a', content: '1' }, { name: 'f', fileName: 'f', content: 'x'.repeat(50) }]);
  const damage = fc.array(fc.tuple(fc.nat(body.length - 1), fc.integer({ min: 0, max: 255 })), { minLength: 1, maxLength: 4 });
  const property = fc.asyncProperty(damage, fc.integer({ min: 1, max: 100 }), async (changes, size) => {
    const bytes = Buffer.from(body);
    for (const [at, value] of changes) bytes[at] = value;
    await parse(bytes, size).catch((error: unknown) => expect(error).toBeInstanceOf(EntrepotError));
  });
  await fc.assert(property, { numRuns: 1000 });
});

it.for([1, 2, 7, 1000])('takes a bare line feed before a delimiter, as nuget 2 writes it outside of Windows, in pieces of %i', async (size) => {
  const body = form([{ name: 'package', fileName: 'package', content: 'one\rtwo\n--' }, { name: 'more', content: 'x' }]).toString('latin1');
  const bare = body.replaceAll(`\r\n--${formBoundary}`, `\n--${formBoundary}`);
  expect(bare).not.toBe(body);
  const { fields, files } = await parse(Buffer.from(bare, 'latin1'), size);
  expect([files.map(({ content }) => content), fields]).toEqual([['one\rtwo\n--'], [['more', ['x']]]]);
});
