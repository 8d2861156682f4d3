import parseSpdx from 'spdx-expression-parse';

const maxLicenses = 50;
/** The parser is recursive: without a bound a few hundred kilobytes of brackets would exhaust the stack. */
const maxLicenseLength = 1000;

/**
 * The licences that a manifest declares, each an SPDX expression where it parses as one
 * (https://spdx.github.io/spdx-spec/v2.3/SPDX-license-expressions/) and the declared words otherwise
 * (`SEE LICENSE IN x`, `UNLICENSED`, `Proprietary`).
 *
 * Takes what manifests contain: a string, `{type}` or `{name}`, or a list of those. White space is collapsed, brackets
 * around a whole expression and repetitions are dropped. At most 50 entries of at most 1,000 characters; what has
 * another shape is passed over. Never throws.
 */
export function licensesOf(declared: unknown): string[] {
  const entries = Array.isArray(declared) ? declared.slice(0, maxLicenses) : [declared];
  const found = entries.map(words).filter((text) => text !== undefined);
  return [...new Set(found.map(canonical))];
}

/** Whether a string is an SPDX licence expression. */
export function isSpdxExpression(text: string): boolean {
  if (text.length > maxLicenseLength) return false;
  try {
    parseSpdx(text);
    return true;
  } catch {
    return false;
  }
}

function words(entry: unknown): string | undefined {
  if (typeof entry === 'object' && entry !== null && !Array.isArray(entry)) {
    const { type, name } = entry as { type?: unknown; name?: unknown };
    return words(typeof type === 'string' ? type : typeof name === 'string' ? name : undefined);
  }
  if (typeof entry !== 'string') return undefined;
  const text = entry.trim().replace(/\s+/g, ' ');
  return text === '' || text.length > maxLicenseLength ? undefined : text;
}

function canonical(text: string): string {
  if (!text.startsWith('(') || !isSpdxExpression(text)) return text;
  // "(MIT) OR (ISC)" starts and ends with brackets too, but what is between them is no expression then.
  const inner = text.slice(1, -1).trim();
  return text.endsWith(')') && isSpdxExpression(inner) ? canonical(inner) : text;
}
