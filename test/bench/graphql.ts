import { createApp } from '../../src/app.ts';
import { readConfig } from '../../src/config.ts';
import { authorization, fiftyVersionsPackage } from './data.ts';
import type { Statement } from './floor.ts';
import { requestHead } from './load.ts';

/** A package, its versions and their files, a few scalars each. */
const query = `query Bench($namespace: String!, $format: Format!, $name: String!) {
  package(namespace: $namespace, format: $format, name: $name) {
    id
    name
    description
    versions(first: 50) {
      edges {
        node {
          id
          version
          status
          publishedAt
          files { id name sizeBytes sha256 }
        }
      }
    }
  }
}`;

/** The query as a body. */
export const graphqlBody = JSON.stringify({ query, variables: { namespace: '', format: 'NPM', name: fiftyVersionsPackage } });

/** The query as a request. */
export function graphqlRequest(): readonly Buffer[] {
  const length = Buffer.byteLength(graphqlBody);
  return [requestHead('POST', '/graphql', { ...authorization, accept: 'application/json', 'content-type': 'application/json', 'content-length': length }), Buffer.from(graphqlBody)];
}

/** Why the query cannot be measured at this server, or undefined where its answer is what it should be. */
export async function graphqlProblem(url: string): Promise<string | undefined> {
  const headers = { ...authorization, 'content-type': 'application/json', accept: 'application/json' };
  const response = await fetch(`${url}/graphql`, { method: 'POST', headers, body: graphqlBody });
  const text = await response.text();
  if (response.status !== 200) return `/graphql answers ${response.status} ${text.slice(0, 200)}`.trim();
  const answer = JSON.parse(text) as { data?: { package?: { versions: { edges: { node: { files: unknown[] } }[] } } }; errors?: unknown };
  const edges = answer.data?.package?.versions.edges ?? [];
  if (answer.errors === undefined && edges.length === 50 && edges.every(({ node }) => node.files.length === 1)) return undefined;
  return `/graphql answers ${text.slice(0, 300)}`;
}

/** The statements that the registry runs for the query: recorded from a second one in this process, on the same database. */
export async function recordStatements(env: Record<string, string>): Promise<Statement[]> {
  const statements: Statement[] = [];
  // TypeORM tells its logger the parameters, too, though counting statements needs only their text.
  const onStatement = (sql: string, parameters?: Statement['parameters']) => void statements.push({ sql, parameters: parameters ?? [] });
  const app = await createApp({ ...readConfig({ ...env, LOG_LEVEL: 'warn' }), host: '127.0.0.1', port: 0 }, { onStatement });
  try {
    const url = `http://127.0.0.1:${await app.listen()}`;
    // The first answer looks up the credential, which is then known for a second.
    await graphqlProblem(url);
    statements.length = 0;
    await graphqlProblem(url);
    return [...statements];
  } finally {
    await app.close();
  }
}
