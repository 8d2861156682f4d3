import type { EndpointSetup, Snippet } from '../../src/formats/format.ts';

/** The code of a snippet by its title. Throws where people are shown none of that title: a test that pastes nothing would prove nothing. */
export function codeOf(setup: Record<keyof EndpointSetup, readonly Pick<Snippet, 'title' | 'code'>[]>, part: keyof EndpointSetup, title: string): string {
  const found = setup[part].find((snippet) => snippet.title === title);
  if (!found) throw new Error(`There is no snippet "${title}" among ${setup[part].map((snippet) => snippet.title).join(', ')}.`);
  return found.code;
}
