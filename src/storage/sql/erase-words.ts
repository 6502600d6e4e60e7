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

const wordTables = [
  'interaction_text',
  'training_example',
  'review_verdict',
  'handover_message',
  'web_message',
];
/** Writing a table anew keeps everybody from it meanwhile: up to this size for a few seconds. */
const rewrittenAtMostBytes = 5e8;

/**
 * Makes sure that the bytes of erased words are gone from the tables' files, by writing the tables anew; of the embedded
 * database the write-ahead log that still knew them is dropped too. A server's log ages by itself.
 * @returns the tables of a server that are too big for that: there a quiet hour has to be chosen.
 */
export async function forgetErasedBytes(database: Database): Promise<string[]> {
  const left: string[] = [];
  for (const table of wordTables) {
    const { rows } = await database.query<{ bytes: number }>(
      'select pg_total_relation_size($1::regclass) as bytes',
      [table],
    );
    if (database.kind === 'server' && (rows[0]?.bytes ?? 0) > rewrittenAtMostBytes) left.push(table);
    else await database.script(`vacuum full ${table}`);
  }
  if (database.kind === 'server') return left;
  // Segments before the last checkpoint are removed, not recycled; the second one puts the first behind it.
  await database.script('checkpoint');
  await database.script('select pg_switch_wal()');
  await database.script('checkpoint');
  return left;
}
