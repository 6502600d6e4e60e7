import type { Database, Queryable } from './database.ts';

/** Which words go: those of one citizen, or all of a unit received before an instant. */
export type ErasureScope = { citizen: string } | { unitId: string; receivedBefore: Date };

/**
 * Erases masked texts and explanations with their salts, the examples and reviewers' notes that were made of them, and
 * returns how many interactions lost theirs. The log's rows stay, with a commitment that nobody can open any more: an
 * erased interaction is one without a row in interaction_text.
 */
export async function eraseWords(database: Queryable, scope: ErasureScope): Promise<number> {
  const [which, parameters] =
    'citizen' in scope
      ? ['i.citizen = $1', [scope.citizen]]
      : ['i.unit_id = $1 and i.received_at < $2', [scope.unitId, scope.receivedBefore]];
  await database.query(
    `delete from training_example e using interaction i where i.id = e.interaction_id and ${which}`,
    parameters,
  );
  await database.query(
    `update review_verdict v set note = null from interaction i
     where i.id = v.interaction_id and v.note is not null and ${which}`,
    parameters,
  );
  const { rowCount } = await database.query(
    `delete from interaction_text t using interaction i where i.id = t.interaction_id and ${which}`,
    parameters,
  );
  return rowCount;
}

/**
 * Makes sure that the bytes of erased words are gone from the files of the embedded database: the tables are written anew
 * and the write-ahead log that still knew them is dropped. A server's tables are too big and too busy for that; there
 * its own vacuum reuses the space.
 */
export async function forgetErasedBytes(database: Database): Promise<void> {
  if (database.kind !== 'embedded') return;
  for (const table of ['interaction_text', 'training_example', 'review_verdict', 'handover_message']) {
    await database.script(`vacuum full ${table}`);
  }
  // Segments before the last checkpoint are removed, not recycled; the second one puts the first behind it.
  await database.script('checkpoint');
  await database.script('select pg_switch_wal()');
  await database.script('checkpoint');
}
