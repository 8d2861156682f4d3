#!/usr/bin/env node
// Libraries look at this once, when they are loaded; GraphQL is a quarter faster without its checks for developers.
process.env['NODE_ENV'] ??= 'production';
const { run } = await import('./cli.ts');

process.exitCode = await run(process.argv.slice(2));
