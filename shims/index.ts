import { generic } from './generic/index.ts';
import type { Shim } from './kit/shim.ts';
import { maven } from './maven/index.ts';
import { npm } from './npm/index.ts';
import { nuget } from './nuget/index.ts';
import { oci } from './oci/index.ts';
import { pypi } from './pypi/index.ts';

/** Every format this server speaks: add one line here to add a format. */
export const shims: readonly Shim[] = [
  npm,
  generic,
  maven,
  pypi,
  nuget,
  oci,
];
