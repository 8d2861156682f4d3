import type { Shim } from '../kit/shim.ts';
import { renderError } from './errors.ts';
import { npmFormat } from './format.ts';
import { foldScopes, routes } from './routes.ts';

/** npm: the protocol of npm, pnpm and yarn. */
export const npm: Shim = { format: npmFormat, routes, challenge: 'Bearer realm="Entrepot"', renderError, foldSegments: foldScopes };
