/** A form of the simple index, with the type that it is always sent as. */
export interface SimpleForm {
  kind: 'html' | 'json';
  contentType: string;
}

const jsonType = 'application/vnd.pypi.simple.v1+json';
const v1Html = 'application/vnd.pypi.simple.v1+html';

/** In the order in which they are chosen where a client likes several as much: what knows nothing of types gets a page for people. */
const forms: { names: string[]; form: SimpleForm }[] = [
  { names: ['text/html'], form: { kind: 'html', contentType: 'text/html; charset=utf-8' } },
  { names: [v1Html, 'application/vnd.pypi.simple.latest+html'], form: { kind: 'html', contentType: v1Html } },
  { names: [jsonType, 'application/vnd.pypi.simple.latest+json'], form: { kind: 'json', contentType: jsonType } },
];

/** What a client that is refused is told to ask for. */
export const knownTypes: readonly string[] = [jsonType, v1Html, 'text/html'];

/**
 * The form of the simple index that a client wants most, by its Accept header, or by the `format` parameter of the URL, which counts more (PEP 691,
 * https://packaging.python.org/en/latest/specifications/simple-repository-api/#content-types). Undefined: it takes none of them.
 */
export function negotiate(accept: string | undefined, format: string | null): SimpleForm | undefined {
  if (format !== null) return forms.find(({ names }) => names.includes(format))?.form;
  const wanted = accept === undefined || accept.trim() === '' ? [{ type: '*/*', quality: 1 }] : accept.split(',').map(parseRange);
  let best: { form: SimpleForm; quality: number } | undefined;
  for (const { names, form } of forms) {
    const quality = Math.max(...names.map((name) => qualityOf(name, wanted)));
    if (quality > (best?.quality ?? 0)) best = { form, quality };
  }
  return best?.form;
}

interface MediaRange {
  type: string;
  quality: number;
}

/** `type/subtype;q=0.5` (RFC 9110 §12.5.1); a weight that is none counts as 0. */
function parseRange(text: string): MediaRange {
  const [type = '', ...parameters] = text.split(';').map((part) => part.trim().toLowerCase());
  const weight = parameters.find((parameter) => parameter.startsWith('q='))?.slice(2);
  const quality = weight === undefined ? 1 : /^(?:0(?:\.\d{0,3})?|1(?:\.0{0,3})?)$/.test(weight) ? Number(weight) : 0;
  return { type, quality };
}

/** The most exact range counts. */
function qualityOf(name: string, wanted: readonly MediaRange[]): number {
  for (const type of [name, `${name.split('/')[0]}/*`, '*/*']) {
    const found = wanted.filter((range) => range.type === type);
    if (found.length > 0) return Math.max(...found.map(({ quality }) => quality));
  }
  return 0;
}
