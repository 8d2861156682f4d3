import { escapeXml } from '../kit/xml-text.ts';

/** One line of a listing. */
export interface ListingEntry {
  /** A single segment. */
  name: string;
  isFolder: boolean;
  /** Bytes of a file. */
  sizeBytes?: number;
  /** When a file came. */
  uploadedAtMs?: number;
}

/**
 * A folder as a page of links, each relative and with its own address as text: the form that Ivy and Gradle read where they look for versions
 * (`latest.integration`, `1.+`). `title` is the folder's path.
 */
export function renderListing(title: string, entries: readonly ListingEntry[], isRoot: boolean): string {
  const lines = entries.map(lineOf);
  const up = isRoot ? [] : ['<a href="../">../</a>'];
  const heading = escapeXml(`Index of /${title}`);
  return `<!DOCTYPE html>\n<html>\n<head><meta charset="utf-8"><title>${heading}</title></head>\n<body>\n<h1>${heading}</h1>\n<pre>\n${[...up, ...lines].join('\n')}\n</pre>\n</body>\n</html>\n`;
}

function lineOf({ name, isFolder, sizeBytes, uploadedAtMs }: ListingEntry): string {
  const shown = isFolder ? `${name}/` : name;
  const facts = [...(uploadedAtMs === undefined ? [] : [new Date(uploadedAtMs).toISOString().slice(0, 16).replace('T', ' ')]), ...(sizeBytes === undefined ? [] : [String(sizeBytes)])];
  return [`<a href="${escapeXml(hrefOf(shown))}">${escapeXml(shown)}</a>`, ...facts].join('  ');
}

/** Only what a URL cannot have is encoded, since readers compare an address with its text. A colon would look like a scheme. */
function hrefOf(shown: string): string {
  return encodeURI(shown).replace(/[?#:]/g, encodeURIComponent);
}
