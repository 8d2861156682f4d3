import fc from 'fast-check';
import { expect, it } from 'vitest';
import { ChunkedBody } from '../../bench/chunked.ts';

const following = 'HTTP/1.1 200 OK\r\n';

it('finds the end of a body, wherever it is cut and whatever its chunks hold', () => {
  const chunk = fc.oneof(fc.uint8Array({ minLength: 1, maxLength: 40 }).map((bytes) => Buffer.from(bytes)), fc.constantFrom('0\r\n\r\n', '\r\n', '5\r\n').map((text) => Buffer.from(text)));
  const body = fc.record({ chunks: fc.array(chunk, { maxLength: 6 }), trailer: fc.constantFrom('', 'digest: x\r\n'), cuts: fc.array(fc.nat(200), { maxLength: 8 }) });
  fc.assert(
    fc.property(body, ({ chunks, trailer, cuts }) => {
      const sent = Buffer.concat([...chunks.flatMap((bytes) => [Buffer.from(`${bytes.length.toString(16)};ext=1\r\n`), bytes, Buffer.from('\r\n')]), Buffer.from(`0\r\n${trailer}\r\n`)]);
      const all = Buffer.concat([sent, Buffer.from(following)]);
      const ends = [...cuts.map((cut) => cut % all.length), all.length].sort((a, b) => a - b);
      const reader = new ChunkedBody();
      let from = 0;
      for (const end of ends) {
        const piece = all.subarray(from, end);
        const next = from + reader.read(piece, 0);
        from = next;
        if (reader.hasEnded) break;
      }
      expect({ hasEnded: reader.hasEnded, from }).toEqual({ hasEnded: true, from: sent.length });
    }),
  );
});

it('refuses what is no chunk', () => {
  expect(() => new ChunkedBody().read(Buffer.from('nonsense\r\n'), 0)).toThrow('"nonsense"');
});
