import type { BuildInfo } from '../src/formats/format.ts';
import { builder } from './builder.ts';

/** See {@link BuildInfo}. */
export const BuildInfoType = builder.objectRef<BuildInfo>('BuildInfo').implement({
  description: 'Where a version came from, as its publisher declared it.',
  fields: (t) => ({
    pipelineUrl: t.exposeString('pipelineUrl', { nullable: true, description: 'Page of the pipeline run.' }),
    commit: t.exposeString('commit', { nullable: true, description: 'Revision of the source.' }),
    ref: t.exposeString('ref', { nullable: true, description: 'Branch or tag of the source.' }),
    job: t.exposeString('job', { nullable: true, description: 'The job that published it.' }),
  }),
});

/** What a publisher, or whoever mints a job's token, says of the build; `readBuild` checks it. */
export const BuildInput = builder.inputType('BuildInput', {
  description: 'Where a version comes from. Kept as it is told, not checked.',
  fields: (t) => ({
    pipelineUrl: t.string({ description: 'Page of the pipeline run: an http(s) URL.' }),
    commit: t.string({ description: 'Revision of the source.' }),
    ref: t.string({ description: 'Branch or tag of the source.' }),
    job: t.string({ description: 'The job that publishes it.' }),
  }),
});
