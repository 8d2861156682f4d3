import type { BuildInfo } from '../src/formats/format.ts';
import { InvalidInput } from '../src/errors.ts';
import { builder } from './builder.ts';

const maxLength = 2_000;

/** See {@link BuildInfo}. */
export const BuildInput = builder.inputType('BuildInput', {
  description: 'Where a version comes from. Kept as it is told, not checked.',
  fields: (t) => ({
    pipelineUrl: t.string({ description: 'Page of the pipeline run: an http(s) URL.' }),
    commit: t.string({ description: 'Revision of the source.' }),
    ref: t.string({ description: 'Branch or tag of the source.' }),
    job: t.string({ description: 'The job that publishes it.' }),
  }),
});

/** Takes the nulls out; throws InvalidInput for what is overlong, and for a URL that is none: it becomes a link on a page. */
export function readBuild(input: typeof BuildInput.$inferInput): BuildInfo {
  for (const [field, value] of Object.entries(input)) {
    if (typeof value === 'string' && value.length > maxLength) throw new InvalidInput(`build.${field}`, `It has more than ${maxLength} characters.`);
  }
  const { pipelineUrl, commit, ref, job } = input;
  if (pipelineUrl && !(URL.canParse(pipelineUrl) && /^https?:$/.test(new URL(pipelineUrl).protocol))) {
    throw new InvalidInput('build.pipelineUrl', 'The URL of a pipeline is an http(s) URL.');
  }
  return { ...(pipelineUrl ? { pipelineUrl } : {}), ...(commit ? { commit } : {}), ...(ref ? { ref } : {}), ...(job ? { job } : {}) };
}
