import type { Route } from './shim.ts';

interface Compiled {
  route: Route;
  segments: string[];
}

/** What a path means: the routes whose pattern it fits, each with its parameters. */
export interface Match {
  route: Route;
  params: Record<string, string>;
}

/** Finds the route of a request; made once per shim. Where only the method does not fit, the methods that would. */
export function routeMatcher(routes: readonly Route[]): (method: string, segments: string[]) => Match | 'no such path' | { allow: string[] } {
  const compiled: Compiled[] = routes.map((route) => ({ route, segments: route.path.split('/').filter((part) => part !== '') }));
  return (method, segments) => {
    const wanted = method === 'HEAD' ? 'GET' : method;
    const allow = new Set<string>();
    for (const { route, segments: pattern } of compiled) {
      if (route.method !== wanted && allow.has(route.method)) continue;
      const params = fit(pattern, segments);
      if (!params) continue;
      if (route.method === wanted) return { route, params };
      allow.add(route.method);
      if (route.method === 'GET') allow.add('HEAD');
    }
    return allow.size > 0 ? { allow: [...allow].sort() } : 'no such path';
  };
}

function fit(pattern: string[], segments: string[]): Record<string, string> | undefined {
  const hasMany = pattern.some((part) => part.startsWith('*'));
  if (hasMany ? segments.length < pattern.length : segments.length !== pattern.length) return undefined;
  const params: Record<string, string> = {};
  let at = 0;
  for (const part of pattern) {
    // What stands for several takes all that the others leave.
    const end = at + (part.startsWith('*') ? segments.length - pattern.length + 1 : 1);
    const segment = segments.slice(at, end).join('/');
    at = end;
    if (/^[:*]/.test(part)) params[part.slice(1)] = segment;
    else if (part !== segment) return undefined;
  }
  return params;
}
