import { build, type Rolldown } from 'vite';

/** A page as it goes to browsers. */
export interface BundledPage {
  /** Its files by path. */
  files: Map<string, string | Uint8Array>;
  /** All of its code. */
  code: string;
  /** The modules that the code was made of. */
  modules: string[];
  /** What the code still imports from outside. */
  imports: string[];
}

/** Bundles the `index.html` of a folder as its author would, by vite. `alias`: where imports come from that are not installed there. */
export async function bundlePage(root: string, alias: Record<string, string> = {}): Promise<BundledPage> {
  const { output } = (await build({ root, configFile: false, logLevel: 'error', resolve: { alias }, build: { write: false } })) as Rolldown.RolldownOutput;
  const chunks = output.filter((file) => file.type === 'chunk');
  return {
    files: new Map(output.map((file) => [file.fileName, file.type === 'chunk' ? file.code : file.source])),
    code: chunks.map(({ code }) => code).join('\n'),
    modules: chunks.flatMap(({ moduleIds }) => moduleIds),
    imports: chunks.flatMap(({ imports, dynamicImports }) => [...imports, ...dynamicImports]).filter((name) => !chunks.some(({ fileName }) => fileName === name)),
  };
}
