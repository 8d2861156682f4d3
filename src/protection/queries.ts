import type { Actor } from '../access/actor.ts';
import { decide } from '../access/decide.ts';
import type { Core } from '../core.ts';
import { ProtectionRuleTable } from '../db/tables/policy.ts';
import { In } from 'typeorm';
import { loadNamespaces } from '../namespaces/queries/namespaces.ts';
import { listRulesOf, type ProtectionRule } from './rules.ts';

/** The rules of nodes themselves, oldest first, by node. The caller has seen to it that the actor may know them. */
export async function loadRules(core: Core, namespaceIds: readonly string[]): Promise<Map<string, ProtectionRule[]>> {
  return Map.groupBy(await listRulesOf(core.database.reads, namespaceIds), ({ namespaceId }) => namespaceId);
}

/** Rules by id, of nodes whose setup the actor may see. */
export async function loadRulesById(core: Core, actor: Actor, ids: readonly string[]): Promise<Map<string, ProtectionRule>> {
  const rows = await core.database.reads.find(ProtectionRuleTable, { where: { id: In([...ids]) } });
  if (rows.length === 0) return new Map();
  const nodes = await loadNamespaces(core, actor, [...new Set(rows.map(({ namespaceId }) => namespaceId))]);
  return new Map(
    rows.flatMap((row) => {
      const node = nodes.get(row.namespaceId);
      return node && decide(actor, 'INSPECT', node).allowed ? [[row.id, { ...row, isImmutable: Boolean(row.isImmutable), path: node.path }]] : [];
    }),
  );
}
