const special: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' };

/** What no XML 1.0 document may contain, not even escaped (https://www.w3.org/TR/xml/#charsets). */
const forbidden = /[^\t\n\r\u{20}-\u{d7ff}\u{e000}-\u{fffd}\u{10000}-\u{10ffff}]/gu;

/** Text for XML and HTML, as content or within quotes. Characters that XML has no way to write become U+FFFD. */
export function escapeXml(text: string): string {
  return text.replace(forbidden, '\ufffd').replace(/[&<>"']/g, (character) => special[character] ?? character);
}

/** The first line of a document; it must be sent as UTF-8. */
export const xmlDeclaration = '<?xml version="1.0" encoding="UTF-8"?>\n';

/**
 * An element with text or other elements in it, which must be rendered already: pass text through {@link escapeXml}. Attributes that
 * are undefined are left out. Names are the caller's own and not checked.
 */
export function xmlElement(name: string, content: string | readonly string[] = '', attributes: Readonly<Record<string, string | undefined>> = {}): string {
  const listed = Object.entries(attributes).map(([key, value]) => (value === undefined ? '' : ` ${key}="${escapeXml(value)}"`));
  const inner = typeof content === 'string' ? content : content.join('');
  return inner === '' ? `<${name}${listed.join('')}/>` : `<${name}${listed.join('')}>${inner}</${name}>`;
}
