import type { Shim } from '../kit/shim.ts';
import { renderError } from './errors.ts';
import { nugetFormat } from './format.ts';
import { foldKeys, routes } from './routes.ts';

/** NuGet: the protocols of dotnet, nuget, msbuild, Visual Studio and paket. */
export const nuget: Shim = { format: nugetFormat, routes, challenge: 'Basic realm="Entrepot"', renderError, foldSegments: foldKeys };
