import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { setTimeout as sleep } from 'node:timers/promises';
import { createZaloChannel } from '../../src/channels/zalo/zalo-channel.ts';
import { createReplySender } from '../../src/conversation/send-replies.ts';
import type { BatchHandler, Channel, QueueItem } from '../../src/core/ports.ts';
import type { OutboundMessage } from '../../src/core/reply.ts';
import { createMetrics } from '../../src/ops/metrics.ts';
import { createSqlQueue, type SqlQueue } from '../../src/storage/queue/sql-queue.ts';
import type { Database } from '../../src/storage/sql/database.ts';
import { createInteractionStore } from '../../src/storage/sql/interaction-store.ts';
import { createSqlLeases } from '../../src/storage/sql/leases.ts';
import { createSendMarkStore } from '../../src/storage/sql/send-mark-store.ts';
import { createTokenVault } from '../../src/storage/sql/token-vault.ts';
import { startFakePlatform, type FakePlatform } from '../fakes/platform.ts';
import { createRecordingLogger, silentLogger } from '../services/silent-logger.ts';
import { anInteraction, createTestCipher, testBox, uniqueId } from '../services/storage-fixtures.ts';
import { databaseKinds } from '../services/test-databases.ts';
import { zaloUnit as unit } from '../fixtures/zalo-unit.ts';
import { until } from '../support/until.ts';

jest.setTimeout(90_000);

const citizen = '6000000000000000002';
const clock = { now: () => new Date() };

describe.each(databaseKinds)('ends of sends that could not be noted, on $name', ({ create }) => {
  let database: Database;
  let platform: FakePlatform;
  let outbound: SqlQueue<OutboundMessage>;
  let channel: Channel;
  let logger: ReturnType<typeof createRecordingLogger>;
  let send: BatchHandler<OutboundMessage>;

  beforeAll(async () => {
    database = await create();
  });
  afterAll(() => database.close());
  beforeEach(async () => {
    platform = await startFakePlatform();
    channel = createZaloChannel({
      units: [unit],
      apiUrl: platform.url,
      oauthUrl: platform.url,
      tokenVault: createTokenVault(database, createSqlLeases(database), testBox, 'zalo'),
      clock,
      raiseAlarm: () => undefined,
    });
    logger = createRecordingLogger();
    outbound = createSqlQueue<OutboundMessage>({
      ...{ name: uniqueId('outbound'), database, cipher: createTestCipher(database), logger: silentLogger },
      ...{ batchSize: 32, parallel: 8, maxAttempts: 50, delayMs: () => 20, pollMs: 20 },
    });
    send = createReplySender({
      channels: new Map([[channel.name, channel]]),
      marks: createSendMarkStore(database),
      interactions: createInteractionStore(database),
      rate: () => undefined,
      controls: { switchedOff: () => undefined },
      ...{ clock, logger, metrics: createMetrics() },
    });
    await outbound.consume(send);
  });
  afterEach(async () => {
    await outbound.stop(5_000);
    await platform.stop();
  });

  /** While `work` runs the store takes neither ends nor marks of sends; all else of the database works. */
  async function withoutMarks(work: () => Promise<void>): Promise<void> {
    await database.script(`alter table send_mark rename to send_mark_away;
      alter table delivery rename to delivery_away`);
    try {
      await work();
    } finally {
      await database.script(`alter table send_mark_away rename to send_mark;
        alter table delivery_away rename to delivery`);
    }
  }

  async function writeReply(): Promise<QueueItem<OutboundMessage>> {
    const interaction = anInteraction({ unitId: unit.unitId, channel: 'zalo' });
    await createInteractionStore(database).append([interaction]);
    const [body] = channel.format({ sections: ['Lệ phí: miễn.'], buttons: [] });
    const soon = new Date(Date.now() + 3_600_000).toISOString();
    return {
      ...{ id: `${interaction.id}:0`, key: `zalo:${unit.unitId}:${citizen}`, unitId: unit.unitId },
      body: {
        ...{ channel: 'zalo', unitId: unit.unitId, userId: citizen, interactionId: interaction.id, part: 0 },
        ...{ sendBefore: soon, receivedAt: interaction.receivedAt, body },
      },
    };
  }

  async function reply(): Promise<string> {
    const item = await writeReply();
    await outbound.put([item]);
    return item.body.interactionId;
  }

  async function deliveriesOf(interactionId: string) {
    const { rows } = await database.query<{ status: string; messageId: string | null }>(
      'select status, message_id as "messageId" from delivery where interaction_id = $1',
      [interactionId],
    );
    return rows;
  }

  const isEmpty = async () => {
    const { waiting, active, retrying, parked } = await outbound.state();
    return waiting + active + retrying + parked === 0;
  };
  const notNoted = () => logger.lines.some(({ message }) => message.includes('could not be noted'));

  it('say the reply once, when it had gone out', async () => {
    let id = '';
    await withoutMarks(async () => {
      id = await reply();
      await until(notNoted);
      // Tried again meanwhile, in vain: what is known of earlier attempts cannot be read.
      await sleep(200);
    });
    await until(isEmpty);
    const sent = platform.sent(citizen);
    expect(sent).toHaveLength(1);
    expect(await deliveriesOf(id)).toEqual([{ status: 'sent', messageId: sent[0]?.messageId }]);
  });

  it('send the reply all the same, when the platform had been down', async () => {
    platform.control({
      fault: { on: 'zalo-send', kind: 'status', status: 503, times: 1 } as never,
    });
    let id = '';
    await withoutMarks(async () => {
      id = await reply();
      await until(notNoted);
      // More attempts than may end as nobody knows: it is known how the first one ended.
      await sleep(1_500);
    });
    await until(isEmpty);
    expect(platform.sent(citizen)).toHaveLength(1);
    expect(await deliveriesOf(id)).toMatchObject([{ status: 'sent' }]);
  });

  it('send nothing again whose end the log tells, and what it does not know of once more', async () => {
    const items = [await writeReply(), await writeReply(), await writeReply()];
    const ended = { unitId: unit.unitId, part: 0, at: new Date().toISOString(), code: null, messageId: null };
    const idOf = (at: number) => items[at]?.body.interactionId ?? '';
    await createInteractionStore(database).appendDeliveries([
      { ...ended, interactionId: idOf(0), status: 'sent', messageId: 'm-1' },
      { ...ended, interactionId: idOf(1), status: 'refused', code: '-230' },
    ]);
    // As after a crash: a first attempt began, and the items were never settled.
    const outcomes = await send(items.map((item) => ({ ...item, attempt: 2, putAt: new Date() })));
    expect(outcomes).toEqual(items.map(() => ({ status: 'done' })));
    expect(platform.sent(citizen)).toHaveLength(1);
    expect(await deliveriesOf(idOf(0))).toEqual([{ status: 'sent', messageId: 'm-1' }]);
    expect(await deliveriesOf(idOf(1))).toEqual([{ status: 'refused', messageId: null }]);
    expect(await deliveriesOf(idOf(2))).toMatchObject([{ status: 'sent' }]);
  });

  it('send what earlier attempts never came to sending, however many, and nothing that may have gone out thrice', async () => {
    const [never, thrice] = [await writeReply(), await writeReply()];
    // A disk was full: no attempt but the first could be marked, so none of them went out.
    await send([{ ...never, attempt: 6, putAt: new Date() }]);
    expect(await deliveriesOf(never.body.interactionId)).toMatchObject([{ status: 'sent' }]);
    // A process died in the first attempt, and in each of two more that were marked.
    const marks = createSendMarkStore(database);
    await marks.begin([thrice.body]);
    await marks.begin([thrice.body]);
    await send([{ ...thrice, attempt: 4, putAt: new Date() }]);
    expect(await deliveriesOf(thrice.body.interactionId)).toMatchObject([{ status: 'unknown' }]);
    expect(platform.sent(citizen)).toHaveLength(1);
  });
});
