import { Readable } from 'node:stream';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { childOf, childrenOf, childText, parseXml, readXml, xmlLimits } from '../../../shims/kit/xml.ts';
import { escapeXml, xmlDeclaration, xmlElement } from '../../../shims/kit/xml-text.ts';
import { EntrepotError, InvalidPackage } from '../../../src/errors.ts';
import type { UploadedFile } from '../../../src/formats/format.ts';

const parse = (text: string | Uint8Array) => parseXml(Buffer.from(text as string), { what: 'The POM' });

/** The words of the refusal; fails where it is taken. */
function refusal(text: string | Uint8Array): string {
  try {
    parse(text);
  } catch (error) {
    expect(error).toBeInstanceOf(InvalidPackage);
    return (error as Error).message;
  }
  throw new Error('It was taken.');
}

describe('reading XML', () => {
  it('gives elements with attributes, children and text', () => {
    const root = parse('<?xml version="1.0"?>\n<!-- c --><p:project xmlns:p="urn:x" p:a="1 &amp; 2"> <name>A &lt;b&gt; <![CDATA[<c>]]></name><?pi x?><dep/><dep>2</dep> </p:project>');
    expect(root).toMatchObject({ name: 'project', attributes: { 'xmlns:p': 'urn:x', 'p:a': '1 & 2' } });
    expect(childText(root, 'name')).toBe('A <b> <c>');
    expect(childrenOf(root, 'dep').map(({ text }) => text)).toEqual(['', '2']);
    expect([childText(root, 'dep'), childText(root, 'none'), childOf(undefined, 'x'), childrenOf(undefined, 'x')]).toEqual([undefined, undefined, undefined, []]);
  });

  it('does not mind a prefix that nobody declared, and takes no name for one of JavaScript', () => {
    expect(childText(parse('<a x:y="1"><b:__proto__>2</b:__proto__></a>'), '__proto__')).toBe('2');
    expect(parse('<a __proto__="1"/>').attributes['__proto__']).toBe('1');
  });

  it.for([
    ['UTF-8 without a declaration', Buffer.from('<a>Jürgen</a>')],
    ['UTF-8 with a mark', Buffer.from('\ufeff<?xml version="1.0" encoding="UTF-8"?><a>Jürgen</a>')],
    ['ISO-8859-1', Buffer.from('<?xml version="1.0" encoding="ISO-8859-1"?><a>Jürgen</a>', 'latin1')],
    ['ISO-8859-15', Buffer.from("<?xml version='1.0' encoding = 'iso-8859-15' standalone='yes'?><a>Jürgen</a>", 'latin1')],
    ['windows-1252', Buffer.from('<?xml version="1.0" encoding="Cp1252"?><a>Jürgen</a>'.replace('Cp1252', 'windows-1252'), 'latin1')],
    ['UTF-16LE with a mark', Buffer.from('\ufeff<?xml version="1.0" encoding="UTF-16"?><a>Jürgen</a>', 'utf16le')],
    ['UTF-16LE without a mark', Buffer.from('<?xml version="1.0" encoding="UTF-16LE"?><a>Jürgen</a>', 'utf16le')],
    ['UTF-16BE', Buffer.from('\ufeff<?xml version="1.0" encoding="UTF-16"?><a>Jürgen</a>', 'utf16le').swap16()],
    ['UTF-16BE without a mark', Buffer.from('<?xml version="1.0" encoding="UTF-16BE"?><a>Jürgen</a>', 'utf16le').swap16()],
    ['UTF-8 that was UTF-16 once', Buffer.from('<?xml version="1.0" encoding="UTF-16"?><a>Jürgen</a>')],
  ] as const)('is done in %s', ([, bytes]) => {
    expect(parse(bytes).text).toBe('Jürgen');
  });

  it('is done in encodings of more bytes, and the upper half of windows-1252', () => {
    const declared = (encoding: string, ...bytes: number[]) => Buffer.concat([Buffer.from(`<?xml version="1.0" encoding="${encoding}"?><a>`), Buffer.from(bytes), Buffer.from('</a>')]);
    expect(parse(declared('Shift_JIS', 0x93, 0xfa, 0x96, 0x7b)).text).toBe('日本');
    expect(parse(declared('EUC-JP', 0xc6, 0xfc)).text).toBe('日');
    expect(parse(declared('GB2312', 0xd6, 0xd0)).text).toBe('中');
    expect(parse(declared('windows-1252', 0x80)).text).toBe('€');
    expect(parse(declared('KOI8-R', 0xf0)).text).toBe('П');
  });

  it.for([
    ['', 'The POM is not well-formed XML (line and column 1:0: document must contain a root element)'],
    ['<a>', 'line and column 1:3: unclosed tag: a)'],
    ['<a></b>', 'unexpected close tag'],
    ['<a b="1" b="2"/>', 'duplicate attribute: b'],
    ['<a/><b/>', 'documents may contain only one root'],
    ['x<a/>', 'text data outside of root node'],
    ['<a>&nbsp;</a>', 'undefined entity'],
    ['<a>&#0;</a>', 'malformed character entity'],
    ['<a>\u0001</a>', 'disallowed character'],
    ['<!DOCTYPE a><a/>', 'The POM has a document type declaration (<!DOCTYPE>), which is not taken here: remove it.'],
    ['<!DOCTYPE a [<!ENTITY x "y">]><a>&x;</a>', 'document type declaration'],
    ['<!DOCTYPE a SYSTEM "file:///etc/passwd"><a/>', 'document type declaration'],
    ['<?xml version="1.0" encoding="EBCDIC-CP-US"?><a/>', 'The POM is in the encoding ebcdic-cp-us, which is not known here.'],
    [Buffer.from([0x3c, 0x61, 0x3e, 0xff, 0x3c, 0x2f, 0x61, 0x3e]), 'The POM is not in utf-8, as it says or as is usual.'],
    [Buffer.from('{"a": 1}'), 'text data outside of root node'],
  ] as const)('refuses %s', ([text, why]) => {
    expect(refusal(text)).toContain(why);
  });

  it('refuses an entity bomb at once', () => {
    const lines = Array.from({ length: 9 }, (_, level) => `<!ENTITY l${level + 1} "${`&l${level};`.repeat(10)}">`);
    expect(refusal(`<?xml version="1.0"?><!DOCTYPE a [<!ENTITY l0 "ha">${lines.join('')}]><a>&l9;</a>`)).toContain('document type declaration');
  });

  it('knows the entities that a format has without a declaration, and only for it', () => {
    expect(parseXml(Buffer.from('<a b="&oslash;">&oslash;</a>'), { what: 'x', entities: { oslash: 'ø' } })).toMatchObject({ text: 'ø', attributes: { b: 'ø' } });
    expect(refusal('<a>&oslash;</a>')).toContain('undefined entity');
  });

  it('takes as much as the limits say, and no more', async () => {
    const { depth, nodes, bytes } = xmlLimits;
    expect(parse('<a>'.repeat(depth) + '</a>'.repeat(depth)).name).toBe('a');
    expect(refusal('<a>'.repeat(depth + 1) + '</a>'.repeat(depth + 1))).toContain(`more than ${depth} elements within each other`);
    expect(refusal('<a>'.repeat(1_000_000))).toContain(`more than ${depth} elements within each other`);
    expect(parse(`<a>${'<b/>'.repeat(nodes - 1)}</a>`).children).toHaveLength(nodes - 1);
    expect(refusal(`<a>${'<b c=""/>'.repeat(nodes / 2)}</a>`)).toContain(`more than ${nodes} elements and attributes`);
    const ofSize = (sizeBytes: number) => Buffer.from(`<a>${'x'.repeat(sizeBytes - 7)}</a>`);
    expect(parse(ofSize(bytes)).text).toHaveLength(bytes - 7);
    expect(refusal(ofSize(bytes + 1))).toBe(`The POM has ${bytes + 1} bytes; at most ${bytes} are read.`);
    const file = (body: Buffer): UploadedFile => ({ fileName: 'f', sizeBytes: body.length, digests: {} as never, open: async () => Readable.from([body.subarray(0, 2), body.subarray(2)]) });
    expect((await readXml(file(ofSize(20)), { what: 'x', maxBytes: 20 })).name).toBe('a');
    await expect(readXml(file(ofSize(21)), { what: 'x', maxBytes: 20 })).rejects.toThrow(InvalidPackage);
  });

  it('ends any bytes with an element or an error of the catalogue', () => {
    const pieces = fc.constantFrom('<a>', '</a>', '<b c="', '"/>', '<!DOCTYPE', '[', ']>', '<![CDATA[', ']]>', '<!--', '-->', '&', ';', '&#x', '<?xml version="1.0" encoding="', 'utf-16', '"?>', 'é', '\0', '\ufeff', ' ');
    const inputs = fc.oneof(fc.uint8Array({ maxLength: 200 }), fc.array(pieces, { maxLength: 30 }).map((list) => Buffer.from(list.join(''))));
    fc.assert(
      fc.property(inputs, (bytes) => {
        try {
          expect(parse(bytes).name).not.toBe('');
        } catch (error) {
          expect(error).toBeInstanceOf(EntrepotError);
        }
      }),
      { numRuns: 2000 },
    );
  });
});

describe('writing XML', () => {
  it('escapes what has a meaning, and replaces what cannot be written', () => {
    expect(escapeXml(`<a b="c" d='e'>&\u0000\u0008\uffff\ud800😀\n\t`)).toBe('&lt;a b=&quot;c&quot; d=&#39;e&#39;&gt;&amp;\ufffd\ufffd\ufffd\ufffd😀\n\t');
    expect(xmlElement('a', [xmlElement('b'), xmlElement('c', escapeXml('<'), { d: '"', e: undefined })])).toBe('<a><b/><c d="&quot;">&lt;</c></a>');
  });

  it('is read back as it was, whatever the text', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), (text) => {
        const written = xmlDeclaration + xmlElement('a', escapeXml(text), { b: text.replace(/\s/g, ' ') });
        const { attributes, text: read } = parse(written);
        const kept = text.replace(/[^\t\n\r\u{20}-\u{d7ff}\u{e000}-\u{fffd}\u{10000}-\u{10ffff}]/gu, '\ufffd');
        expect(read).toBe(kept.replace(/\r\n?/g, '\n'));
        expect(attributes['b']).toBe(kept.replace(/\s/g, ' '));
      }),
    );
  });
});
