import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import fc from 'fast-check';
import type { Delivery } from '../../src/core/interaction.ts';
import type { InteractionStore } from '../../src/core/ports.ts';
import type { Database } from '../../src/storage/sql/database.ts';
import { eraseWords } from '../../src/storage/sql/erase-words.ts';
import { createInteractionStore } from '../../src/storage/sql/interaction-store.ts';
import { hashWords } from '../../src/storage/sql/words-commitment.ts';
import { anInteraction, uniqueId } from '../services/storage-fixtures.ts';
import { databaseKinds } from '../services/test-databases.ts';

// The machine may be busy, and the first database of a run is unpacked meanwhile.
jest.setTimeout(90_000);

interface Row {
  id: string;
  received_at: Date;
  candidates: unknown;
  confidence: number | null;
  links: unknown;
  words_commitment: Uint8Array;
  masked_text: string | null;
  explanation: [];
  salt: Uint8Array | null;
}

describe.each(databaseKinds)('interaction store on $name', ({ create }) => {
  let database: Database;
  let store: InteractionStore;
  beforeAll(async () => {
    database = await create();
    store = createInteractionStore(database);
  });
  afterAll(() => database.close());

  async function readRow(id: string): Promise<Row | undefined> {
    const { rows } = await database.query<Row>(
      `select i.id, i.received_at, i.candidates, i.confidence, i.links, i.words_commitment,
         t.masked_text, t.explanation, t.salt
       from interaction i left join interaction_text t on t.interaction_id = i.id where i.id = $1`,
      [id],
    );
    return rows[0];
  }

  it('stores every field as it was given', async () => {
    const given = anInteraction({ confidence: 0.1 + 0.2, maskedText: 'số [điện thoại] "🙂"\n' });
    await store.append([given]);
    expect(await readRow(given.id)).toMatchObject({
      received_at: new Date(given.receivedAt),
      candidates: given.candidates,
      confidence: given.confidence,
      links: given.links,
      masked_text: given.maskedText,
      explanation: given.explanation,
    });
  });

  it('folds words for searching as the database does, also for a process that leaves it to the database', async () => {
    const letters = 'AZaz09 đĐẤầẶỹỸỴụƯỡéÈ\t\n\r.,🙂ÇßЖ';
    const words = fc.sample(fc.string({ unit: fc.constantFrom(...letters), maxLength: 40 }), {
      numRuns: 50,
      seed: 5,
    });
    const given = words.map((maskedText) => anInteraction({ maskedText }));
    await store.append(given);
    const { rows } = await database.query<{ own: string; theirs: string }>(
      `select folded as own, fold_words(masked_text) as theirs from interaction_text where interaction_id = any($1)`,
      [given.map(({ id }) => id)],
    );
    expect(rows).toHaveLength(50);
    expect(rows.map(({ own }) => own)).toEqual(rows.map(({ theirs }) => theirs));

    const id = uniqueId('older');
    await database.query(
      `insert into interaction_text (interaction_id, masked_text, explanation, salt) values ($1, 'Lệ PHÍ', '[]', '')`,
      [id],
    );
    const filled = await database.query('select folded from interaction_text where interaction_id = $1', [
      id,
    ]);
    expect(filled.rows).toEqual([{ folded: 'le phi' }]);
  });

  it('stores what has no topic and no words', async () => {
    const given = anInteraction({
      topic: null,
      aspect: null,
      confidence: null,
      maskedText: null,
      explanation: [],
    });
    await store.append([given]);
    expect(await readRow(given.id)).toMatchObject({ confidence: null, masked_text: null, explanation: [] });
  });

  it('changes nothing when the same id comes again', async () => {
    const given = anInteraction();
    await store.append([given]);
    const before = await readRow(given.id);
    await store.append([{ ...given, maskedText: 'other', topic: null }, anInteraction()]);
    await store.append([{ ...given, maskedText: 'third' }]);
    expect(await readRow(given.id)).toEqual(before);
  });

  it('takes the first of an id that comes twice in one call', async () => {
    const given = anInteraction({ maskedText: 'first' });
    await store.append([given, { ...given, maskedText: 'second' }]);
    expect((await readRow(given.id))?.masked_text).toBe('first');
  });

  it('keeps the order of a call', async () => {
    const given = Array.from({ length: 300 }, () => anInteraction({ citizen: uniqueId('citizen') }));
    await store.append(given);
    const { rows } = await database.query<{ id: string }>(
      'select id from interaction where id = any($1::text[]) order by seq',
      [given.map(({ id }) => id)],
    );
    expect(rows.map(({ id }) => id)).toEqual(given.map(({ id }) => id));
  });

  it('stores text that PostgreSQL cannot hold, without the impossible characters', async () => {
    const given = anInteraction({
      maskedText: 'a\u0000b\ud800c',
      explanation: [{ code: 'feature', text: '\udfff\u0000x' }],
    });
    await store.append([given]);
    expect(await readRow(given.id)).toMatchObject({
      masked_text: 'ab\ufffdc',
      explanation: [{ code: 'feature', text: '\ufffdx' }],
    });
  });

  it('commits to the words so that a change of them shows', async () => {
    const given = anInteraction({ explanation: [{ code: 'feature', text: 'khai sinh', weight: 1e-7 }] });
    await store.append([given, anInteraction({ ...given, id: uniqueId('interaction') })]);
    const row = await readRow(given.id);
    if (row === undefined || row.salt === null) throw new Error('the row must have its words');
    const words = { maskedText: row.masked_text, explanation: row.explanation };
    expect(Buffer.from(hashWords(words, row.salt))).toEqual(Buffer.from(row.words_commitment));
    expect(Buffer.from(hashWords({ ...words, maskedText: `${row.masked_text}.` }, row.salt))).not.toEqual(
      Buffer.from(row.words_commitment),
    );
    const { rows } = await database.query<{ n: number }>(
      'select count(distinct words_commitment) as n from interaction where citizen = $1 and id >= $2',
      [given.citizen, given.id],
    );
    expect(rows[0]?.n).toBeGreaterThan(1);
  });

  it.each([
    ['update', 'update interaction set decision = decision'],
    ['delete', 'delete from interaction'],
    ['truncate', 'truncate interaction'],
    ['update of words', "update interaction_text set masked_text = 'x'"],
    ['truncate of words', 'truncate interaction_text'],
    ['update of deliveries', "update delivery set status = 'sent'"],
    ['delete of deliveries', 'delete from delivery'],
    ['delete of audit', 'delete from audit'],
    ['truncate of consent', 'truncate consent'],
  ])('refuses %s', async (_name, sql) => {
    const given = anInteraction();
    await store.append([given]);
    await store.appendDeliveries([aDelivery(given.id)]);
    await database.query(
      "insert into audit (at, actor, action, subject) values (now(), 'system', 'test', 'test')",
    );
    await expect(database.query(sql)).rejects.toThrow(/append-only|permission denied/);
    expect((await readRow(given.id))?.masked_text).toBe(given.maskedText);
  });

  it("erases a citizen's words and nothing else", async () => {
    const citizen = uniqueId('citizen');
    const mine = [anInteraction({ citizen }), anInteraction({ citizen })];
    const other = anInteraction({ citizen: uniqueId('citizen') });
    await store.append([...mine, other]);
    const before = await readRow(mine[0]?.id ?? '');
    expect(await eraseWords(database, { citizen })).toBe(2);
    expect(await eraseWords(database, { citizen })).toBe(0);
    expect(await readRow(mine[0]?.id ?? '')).toEqual({
      ...before,
      masked_text: null,
      explanation: null,
      salt: null,
    });
    expect((await readRow(other.id))?.masked_text).toBe(other.maskedText);
  });

  it('erases words that were kept long enough, up to but not at the instant', async () => {
    const unitId = uniqueId('unit');
    const [old, edge] = [
      anInteraction({ unitId, receivedAt: '2026-01-01T00:00:00.000Z' }),
      anInteraction({ unitId, receivedAt: '2026-01-02T00:00:00.000Z' }),
    ];
    await store.append([old, edge]);
    expect(await eraseWords(database, { unitId, receivedBefore: new Date('2026-01-02T00:00:00Z') })).toBe(1);
    expect((await readRow(edge.id))?.masked_text).toBe(edge.maskedText);
  });

  function aDelivery(interactionId: string, given: Partial<Delivery> = {}): Delivery {
    return {
      interactionId,
      unitId: 'hang-gon',
      part: 0,
      status: 'sent',
      at: '2026-10-20T03:00:01.000Z',
      code: null,
      messageId: 'm-1',
      ...given,
    };
  }

  it('records each delivery once, and a second message as a second record', async () => {
    const id = uniqueId('interaction');
    await store.appendDeliveries([
      aDelivery(id),
      aDelivery(id, { part: 1, status: 'refused', code: '-230', messageId: null }),
    ]);
    await store.appendDeliveries([
      aDelivery(id),
      aDelivery(id, { part: 1, status: 'refused', code: '-230', messageId: null }),
    ]);
    await store.appendDeliveries([aDelivery(id, { messageId: 'm-2' })]);
    const { rows } = await database.query(
      'select part, status, code, message_id as "messageId" from delivery where interaction_id = $1 order by seq',
      [id],
    );
    expect(rows).toEqual([
      { part: 0, status: 'sent', code: null, messageId: 'm-1' },
      { part: 1, status: 'refused', code: '-230', messageId: null },
      { part: 0, status: 'sent', code: null, messageId: 'm-2' },
    ]);
  });

  it('does nothing for nothing', async () => {
    await store.append([]);
    await store.appendDeliveries([]);
  });
});
