import type { Config } from './config.ts';

function urlOf(config: Config, port: number): string {
  return config.publicUrl ?? `http://${config.host === '0.0.0.0' || config.host === '::' ? 'localhost' : config.host}:${port}`;
}

/** The line that says where the registry is. */
export function baseUrlText(config: Config, port: number): string {
  return `Entrepot is at ${urlOf(config, port)} (GraphiQL at ${urlOf(config, port)}/graphql)`;
}

/** What a person needs on the first start: the admin's token, shown once, and a first publish to paste. */
export function firstStartText(config: Config, port: number, secret: string): string {
  const registry = `${urlOf(config, port)}/api/packages/npm/`;
  return `
The admin's token, shown only now:

    ${secret}

A first package, from another terminal:

    mkdir hello && cd hello && npm init -y
    npm config set --location=project registry ${registry}
    npm config set --location=project ${registry.replace(/^https?:/, '')}:_authToken ${secret}
    npm publish
`;
}
