import { registerMetadataType } from './interface.ts';
import { genericMetadata } from './generic.ts';
import { mavenMetadata } from './maven.ts';
import { npmMetadata } from './npm.ts';
import { ociMetadata } from './oci.ts';
import { pypiMetadata } from './pypi.ts';
import { nugetMetadata } from './nuget.ts';

/* The metadata types of the formats: add one line here to add one. */
[
  genericMetadata,
  mavenMetadata,
  npmMetadata,
  ociMetadata,
  pypiMetadata,
  nugetMetadata,
].forEach(registerMetadataType);
