import type { EntityManager, EntitySchema } from 'typeorm';

/**
 * Inserts rows, all with the same properties, by one statement. Its text is the same for as many rows, so that drivers know it. For what
 * every publish does: TypeORM's own insert goes through the whole text once for each value, three times as long in all.
 */
export async function insertRows<Row extends object>(tx: EntityManager, table: EntitySchema<Row>, rows: readonly Partial<Row>[]): Promise<void> {
  const [first] = rows;
  if (first === undefined) return;
  const { driver } = tx.connection;
  const metadata = tx.connection.getMetadata(table);
  const columns = metadata.columns.filter(({ propertyName }) => propertyName in first);
  const names = columns.map(({ databaseName }) => driver.escape(databaseName)).join(', ');
  const places = `(${columns.map(() => '?').join(', ')})`;
  const values = rows.flatMap((row) => columns.map((column) => driver.preparePersistentValue(row[column.propertyName as keyof Row], column)));
  await tx.query(`INSERT INTO ${driver.escape(metadata.tableName)} (${names}) VALUES ${rows.map(() => places).join(', ')}`, values);
}
