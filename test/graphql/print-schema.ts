/** `npm run print-schema`: writes schema/schema.graphql as it is for the formats of this source. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { printSdl } from '../../schema/print.ts';
import { shims } from '../../shims/index.ts';

writeFileSync(join(import.meta.dirname, '../../schema/schema.graphql'), printSdl(shims.map(({ format }) => format)));
