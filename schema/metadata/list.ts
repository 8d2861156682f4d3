import { registerMetadataType } from './interface.ts';
import { genericMetadata } from './generic.ts';
import { mavenMetadata } from './maven.ts';
import { npmMetadata } from './npm.ts';
import { pypiMetadata } from './pypi.ts';

/* The metadata types of the formats: add one line here to add one. */
[
  genericMetadata,
  mavenMetadata,
  npmMetadata,
  pypiMetadata,
].forEach(registerMetadataType);
