import type { Core } from '../core.ts';
import type { NamespaceRow } from '../db/tables/namespace.ts';
import { nodeInWords } from '../namespaces/in-words.ts';
import { loadNodes } from '../namespaces/queries/namespaces.ts';
import { loadSettings, type NodeSettings, readFormatSetting, readSetting } from '../settings/read.ts';
import type { ResolvedSetting } from '../settings/resolve.ts';
import type { Actor } from './actor.ts';
import { canSee } from './decide.ts';

/** Which node switched off the registry, or which formats, where packages of a node are not served: in sentences, for somebody who manages it. */
export async function whoSwitchedOff(core: Core, asker: Actor, namespace: NamespaceRow): Promise<string[]> {
  const settings = (await loadSettings(core, [namespace])).get(namespace.id);
  const off = settings ? listOff(core, settings) : [];
  if (off.length === 0) return [];
  const nodes = await loadNodes(core, off.flatMap(({ setting }) => setting.sourceId ?? []));
  return off.map(({ what, setting }) => {
    const node = nodes.get(setting.sourceId ?? '');
    return `${what} is switched off by ${node && canSee(asker, node) ? nodeInWords(node.path) : 'a namespace above'}.`;
  });
}

function listOff(core: Core, settings: NodeSettings): { what: string; setting: ResolvedSetting }[] {
  const registry = readSetting(settings, 'registryEnabled');
  if (registry.effective !== true) return [{ what: 'The package registry', setting: registry }];
  const formats = core.formats.list().map((format) => ({ what: `The format ${format.id}`, setting: readFormatSetting(settings, format, 'enabled') }));
  return formats.filter(({ setting }) => setting.effective !== true);
}
