import { registerMetadataType } from './interface.ts';
import { genericMetadata } from './generic.ts';
import { npmMetadata } from './npm.ts';

/* The metadata types of the formats: add one line here to add one. */
[genericMetadata, npmMetadata].forEach(registerMetadataType);
