import type { Database, Queryable } from './database.ts';

/** Which words go: those of one citizen, or all of a unit received before an instant. */
export type ErasureScope = { citizen: string } | { unitId: string; receivedBefore: Date };

/**
 * Erases masked texts and explanations with their salts and returns how many interactions lost theirs. The log's rows
 * stay, with a commitment that nobody can open any more: an erased interaction is one without a row in interaction_text.
 */
export async function eraseWords(database: Queryable, scope: ErasureScope): Promise<number> {
  const { rowCount } =
    'citizen' in scope
      ? await database.query(
          'delete from interaction_text t using interaction i where i.id = t.interaction_id and i.citizen = $1',
          [scope.citizen],
        )
      : await database.query(
          `delete from interaction_text t using interaction i
           where i.id = t.interaction_id and i.unit_id = $1 and i.received_at < $2`,
          [scope.unitId, scope.receivedBefore],
        );
  return rowCount;
}

/**
 * Makes sure that the bytes of erased words are gone from the files of the embedded database: the table is written anew
 * and the write-ahead log that still knew them is dropped. A server's tables are too big and too busy for that; there
 * its own vacuum reuses the space.
 */
export async function forgetErasedBytes(database: Database): Promise<void> {
  if (database.kind !== 'embedded') return;
  await database.script('vacuum full interaction_text');
  // Segments before the last checkpoint are removed, not recycled; the second one puts the first behind it.
  await database.script('checkpoint');
  await database.script('select pg_switch_wal()');
  await database.script('checkpoint');
}
