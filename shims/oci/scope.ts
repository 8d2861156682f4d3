import type { Action } from '../../src/access/decide.ts';

/** What a client asks a token for (https://distribution.github.io/distribution/spec/auth/scope/). */
export interface Scope {
  /** A repository; undefined: the catalogue. */
  repository: string | undefined;
  actions: Action[];
}

/** No token is made for more than so many repositories. */
const maxScopes = 50;
const words = new Map<string, Action[]>([['pull', ['READ']], ['push', ['PUBLISH']], ['delete', ['DELETE']], ['*', ['READ', 'PUBLISH', 'DELETE']]]);

/**
 * Reads scopes such as `repository:acme/app:pull,push` and `registry:catalog:*`, several in one text or in several. What cannot be read, or means nothing here,
 * is passed over: a token is then good for less.
 */
export function parseScopes(texts: readonly string[]): Scope[] {
  const scopes: Scope[] = [];
  for (const text of texts.flatMap((each) => each.split(' ')).filter((each) => each !== '')) {
    // A name may hold a port, and so a colon.
    const match = /^([a-z]+)(?:\([a-z0-9]+\))?:(.+):([a-z*,]*)$/.exec(text);
    if (!match || scopes.length >= maxScopes) continue;
    const [, type, name = '', list = ''] = match;
    const actions = [...new Set(list.split(',').flatMap((word) => words.get(word) ?? []))];
    if (type === 'repository' && actions.length > 0) scopes.push({ repository: name, actions });
    if (type === 'registry' && name === 'catalog') scopes.push({ repository: undefined, actions: ['READ'] });
  }
  return scopes;
}
