import { SaxesParser } from 'saxes';
import { EntrepotError, InvalidPackage } from '../../src/errors.ts';
import type { UploadedFile } from '../../src/formats/format.ts';
import { decodeXml } from './xml-encoding.ts';

/** An element of an XML document. */
export interface XmlElement {
  /** Without its namespace prefix. */
  name: string;
  /** As they are spelled, prefixes included; without a prototype. */
  attributes: Readonly<Record<string, string>>;
  children: XmlElement[];
  /** All text directly in it, as it stands, white space included. */
  text: string;
}

/** What may differ from document to document. */
export interface XmlOptions {
  /** How messages call the document: `The POM`. */
  what: string;
  /** At most so many bytes; default 4 MiB. */
  maxBytes?: number;
  /** Names that clients of the format know without a declaration, each with the text it stands for, besides XML's own five. */
  entities?: Readonly<Record<string, string>>;
}

/** At most so many elements and attributes together, and elements within each other. */
export const xmlLimits = { bytes: 4 * 1024 * 1024, nodes: 100_000, depth: 100 } as const;

/**
 * Reads an uploaded file as XML; see {@link parseXml}. Throws InvalidPackage.
 */
export async function readXml(file: UploadedFile, options: XmlOptions): Promise<XmlElement> {
  checkSize(file.sizeBytes, options);
  const pieces: Buffer[] = [];
  for await (const piece of await file.open()) pieces.push(piece as Buffer);
  return parseXml(Buffer.concat(pieces), options);
}

/**
 * The root of a well-formed XML document (https://www.w3.org/TR/xml/) in any encoding that it declares. Comments and processing
 * instructions are passed over; namespaces are not looked at, since clients of the formats do not either.
 *
 * Made for what strangers send: a document type declaration is refused, so that no entity can be defined and nothing is ever
 * fetched; size, nodes and depth are bounded while it is read. Throws InvalidPackage, with line and column where there are any.
 */
export function parseXml(bytes: Uint8Array, options: XmlOptions): XmlElement {
  checkSize(bytes.length, options);
  const { what, entities } = options;
  const reject = (why: string): never => {
    throw new InvalidPackage(`${what} ${why}.`);
  };
  const text = decodeXml(bytes, what);
  const root: XmlElement = { name: '', attributes: {}, children: [], text: '' };
  const open = [root];
  let nodes = 0;
  const parser = new SaxesParser({ xmlns: false, position: true });
  Object.assign(parser.ENTITIES, entities);
  parser.on('error', ({ message }) => reject(`is not well-formed XML (line and column ${message.replace(/\.$/, '').slice(0, 200)})`));
  parser.on('doctype', () => reject('has a document type declaration (<!DOCTYPE>), which is not taken here: remove it'));
  parser.on('opentag', ({ name, attributes }) => {
    nodes += 1 + Object.keys(attributes).length;
    if (nodes > xmlLimits.nodes) reject(`has more than ${xmlLimits.nodes} elements and attributes`);
    if (open.length > xmlLimits.depth) reject(`has more than ${xmlLimits.depth} elements within each other`);
    const element: XmlElement = { name: localName(name), attributes, children: [], text: '' };
    open.at(-1)?.children.push(element);
    open.push(element);
  });
  parser.on('closetag', () => void open.pop());
  const append = (piece: string) => {
    const element = open.at(-1);
    if (element) element.text += piece;
  };
  parser.on('text', append);
  parser.on('cdata', append);
  try {
    parser.write(text).close();
  } catch (error) {
    if (error instanceof EntrepotError) throw error;
    reject('is not well-formed XML');
  }
  return root.children[0] ?? reject('has no element');
}

/** The first child element of that name. */
export function childOf(element: XmlElement | undefined, name: string): XmlElement | undefined {
  return element?.children.find((child) => child.name === name);
}

/** All child elements of that name. */
export function childrenOf(element: XmlElement | undefined, name: string): XmlElement[] {
  return element?.children.filter((child) => child.name === name) ?? [];
}

/** The text of the first child of that name, without white space around it; undefined where there is none or it is empty. */
export function childText(element: XmlElement | undefined, name: string): string | undefined {
  const text = childOf(element, name)?.text.trim();
  return text === '' ? undefined : text;
}

function checkSize(sizeBytes: number, { what, maxBytes = xmlLimits.bytes }: XmlOptions): void {
  if (sizeBytes > maxBytes) throw new InvalidPackage(`${what} has ${sizeBytes} bytes; at most ${maxBytes} are read.`);
}

function localName(name: string): string {
  return name.slice(name.indexOf(':') + 1);
}
