import { InvalidInput } from '../errors.ts';
import type { BuildInfo } from '../formats/format.ts';

const maxLength = 2_000;

/** What somebody says of a build; what is null or empty is not said. */
export type DeclaredBuild = { [field in keyof BuildInfo]?: string | null | undefined };

/**
 * Reads what is declared of a build, for whatever client says it. Throws InvalidInput for what is overlong, and for a pipeline's URL
 * that is no http(s) URL: it becomes a link on a page.
 */
export function readBuild({ pipelineUrl, commit, ref, job }: DeclaredBuild): BuildInfo {
  for (const [field, value] of Object.entries({ pipelineUrl, commit, ref, job })) {
    if (typeof value === 'string' && value.length > maxLength) throw new InvalidInput(`build.${field}`, `It has more than ${maxLength} characters.`);
  }
  if (pipelineUrl && !(URL.canParse(pipelineUrl) && /^https?:$/.test(new URL(pipelineUrl).protocol))) {
    throw new InvalidInput('build.pipelineUrl', 'The URL of a pipeline is an http(s) URL.');
  }
  return { ...(pipelineUrl ? { pipelineUrl } : {}), ...(commit ? { commit } : {}), ...(ref ? { ref } : {}), ...(job ? { job } : {}) };
}
