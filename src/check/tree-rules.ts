import { type Rule, sqlRule } from './rule.ts';

/** Of the tree of namespaces. CONCAT: SQLite has it since 3.44. */
export const treeRules: readonly Rule[] = [
  sqlRule<{ id: string }>(
    'every namespace is below its parent',
    "SELECT c.id AS id FROM namespace c LEFT JOIN namespace p ON p.id = c.parent_id WHERE c.parent_id IS NOT NULL AND (p.id IS NULL OR c.lineage <> CONCAT(p.lineage, c.id, '/') " +
      "OR (p.path <> '' AND c.path NOT LIKE CONCAT(REPLACE(p.path, '_', '!_'), '/%') ESCAPE '!'))",
    ({ id }) => `namespace ${id} has a path or a lineage that is not below its parent's`,
  ),
  sqlRule<{ id: string }>(
    'every package belongs to the top of its namespace',
    'SELECT p.id AS id FROM package p JOIN namespace n ON n.id = p.namespace_id WHERE p.top_id <> n.top_id AND p.top_id <> n.id',
    ({ id }) => `package ${id} claims its name in another group than its own`,
  ),
];
