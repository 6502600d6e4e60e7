import { aspects } from '../../src/core/aspect.ts';
import type { FeedbackRecord } from '../../src/core/conversation-records.ts';
import type { Delivery, Interaction } from '../../src/core/interaction.ts';
import { createInteractionStore } from '../../src/storage/sql/interaction-store.ts';
import type { Database } from '../../src/storage/sql/database.ts';
import { seededRandom, type Random } from '../bench/noise.ts';

export interface TrafficOptions {
  unitId: string;
  /** How many interactions, about. */
  interactions: number;
  from: Date;
  to: Date;
  seed: number;
  topics: readonly string[];
}

const channels = ['zalo', 'zalo', 'zalo', 'messenger', 'messenger', 'web'];
const decisions: readonly Interaction['decision'][] = [
  ...Array<Interaction['decision']>(70).fill('answer'),
  ...Array<Interaction['decision']>(11).fill('clarify'),
  ...Array<Interaction['decision']>(7).fill('smalltalk'),
  ...Array<Interaction['decision']>(6).fill('fallback'),
  ...Array<Interaction['decision']>(2).fill('handover'),
  ...Array<Interaction['decision']>(2).fill('silent'),
  'unsupported',
  'sensitive',
];
const words =
  'làm giấy khai sinh cho con cần gì bao lâu có ở đâu phí đất thửa sang tên hộ khẩu tạm trú căn cước hộ chiếu kết hôn ly hôn trích lục bản sao chứng thực nộp online mấy giờ mở cửa thứ bảy có làm không em muốn hỏi ạ lam giay to gi vay'.split(
    ' ',
  );
const outreachItems = ['tb-2026-01', 'hop-to-kp3', 'ap-phich-ubnd', 'zalo-tuan-12'];
const replies = [
  'Hồ sơ gồm: tờ khai theo mẫu; giấy chứng sinh; giấy tờ tùy thân của người đi đăng ký. Nộp tại Trung tâm Phục vụ hành chính công hoặc trên Cổng dịch vụ công quốc gia.\n\nCăn cứ: Luật Hộ tịch 2014. Rà soát ngày 1/11/2026.',
  'Lệ phí: miễn phí khi đăng ký đúng hạn.\n\nNguồn: Cổng dịch vụ công quốc gia. Rà soát ngày 1/11/2026.',
  'Thời hạn giải quyết: ngay trong ngày làm việc; nhận sau 15 giờ thì trả kết quả ngày làm việc tiếp theo.',
];
const perStatement = 1_000;

/** One exchange with what became of it. */
interface Exchange {
  interaction: Interaction;
  deliveries: Delivery[];
  feedback: FeedbackRecord[];
}

/**
 * The log of a busy unit, the same for the same seed: sessions of one to seven exchanges of citizens who come back, in
 * office hours and in the evening, on all channels, with deliveries, judgements, hand-overs and some test traffic.
 */
export function* makeTraffic(options: TrafficOptions): Generator<Exchange> {
  const random = seededRandom(options.seed);
  const spanMs = options.to.getTime() - options.from.getTime();
  const citizens = Math.max(20, Math.round(options.interactions / 14));
  let made = 0;
  let session = 0;
  while (made < options.interactions) {
    session += 1;
    const length = 1 + Math.floor(random() ** 2 * 7);
    // Sessions follow each other in time, as they would be written.
    let at = new Date(options.from.getTime() + (made / options.interactions) * spanMs + random() * 3_600_000);
    at = toBusyHour(at, random);
    const who = Math.floor(random() ** 1.6 * citizens);
    const channel = channels[who % channels.length] ?? 'web';
    const topic = pick(options.topics, random, 2);
    const outreach = random() < 0.03 ? pick(outreachItems, random) : null;
    const test = channel === 'web' && random() < 0.08;
    for (let step = 0; step < length && made < options.interactions; step += 1) {
      made += 1;
      yield makeExchange({
        ...options,
        random,
        who,
        channel,
        topic,
        outreach,
        test,
        at,
        id: `${options.seed}-${session}-${step}`,
      });
      at = new Date(at.getTime() + 15_000 + random() * 240_000);
    }
  }
}

interface ExchangeOptions extends TrafficOptions {
  random: Random;
  who: number;
  channel: string;
  topic: string;
  outreach: string | null;
  test: boolean;
  at: Date;
  id: string;
}

function makeExchange(given: ExchangeOptions): Exchange {
  const { unitId, channel, random, at, outreach, test } = given;
  const id = `y-${unitId}-${given.id}`;
  const citizen = `c-${channel}-${given.who}`;
  const decision = pick(decisions, random);
  const topic = decision === 'answer' || decision === 'handover' ? given.topic : null;
  const receivedAt = at.toISOString();
  const handledAt = new Date(at.getTime() + 40 + random() * 200).toISOString();
  const text = Array.from({ length: 3 + Math.floor(random() * 12) }, () => pick(words, random)).join(' ');
  const other = pick(given.topics, random);
  const interaction: Interaction = {
    ...{ id, unitId, channel, citizen, receivedAt, handledAt, decision, topic, outreach, test },
    kind: random() < 0.2 ? 'choice' : 'text',
    aspect: topic === null ? null : pick(aspects, random),
    confidence: decision === 'silent' ? null : Math.round(random() * 1_000) / 1_000,
    candidates: [
      { topic: given.topic, score: 0.7 },
      { topic: other, score: 0.2 },
    ],
    explanation: [
      { code: 'feature', text: text.slice(0, 20), weight: 2.25 },
      { code: 'runner-up', text: other },
    ],
    language: 'vi',
    sensitive: decision === 'sensitive' ? 'personal-crisis' : null,
    contentVersion: 'a1b2c3d4',
    matcherVersion: 'e5f6a7b8',
    maskedText: decision === 'sensitive' ? null : text,
    replyText: decision === 'silent' ? '' : pick(replies, random),
    links: ['https://dichvucong.gov.vn'],
  };
  const judged = decision === 'answer' && random() < 0.14;
  return {
    interaction,
    deliveries:
      decision === 'silent'
        ? []
        : [
            {
              interactionId: id,
              unitId,
              part: 0,
              status: random() < 0.995 ? 'sent' : 'refused',
              at: handledAt,
              code: null,
              messageId: `m-${id}`,
            },
          ],
    feedback: judged
      ? [{ interactionId: id, unitId, citizen, helpful: random() < 0.86, reason: null, at: handledAt }]
      : [],
  };
}

/** Writes the traffic into a database, as the product would; returns how many interactions. */
export async function fillDatabase(database: Database, options: TrafficOptions): Promise<number> {
  const store = createInteractionStore(database);
  let batch: Exchange[] = [];
  let written = 0;
  const flush = async () => {
    await store.append(batch.map(({ interaction }) => interaction));
    await store.appendDeliveries(batch.flatMap(({ deliveries }) => deliveries));
    const feedback = batch.flatMap((exchange) => exchange.feedback);
    const handovers = batch.filter(({ interaction }) => interaction.decision === 'handover');
    await database.query(
      `insert into feedback (interaction_id, unit_id, citizen, helpful, reason, at)
       select "interactionId", "unitId", citizen, helpful, reason, at from jsonb_to_recordset($1::jsonb)
         as r("interactionId" text, "unitId" text, citizen text, helpful boolean, reason text, at timestamptz)`,
      [JSON.stringify(feedback)],
    );
    await database.query(
      `insert into handover (id, unit_id, channel, citizen, reason, test, opened_at, window_until, silent_until,
         last_message_at, answered_at, returned_at, returned_by)
       select id, "unitId", channel, citizen, 'asked', test, "receivedAt", "receivedAt" + interval '1 day',
         "receivedAt" + interval '12 hours', "receivedAt", "receivedAt" + interval '20 minutes',
         "receivedAt" + interval '12 hours', 'time'
       from jsonb_to_recordset($1::jsonb)
         as r(id text, "unitId" text, channel text, citizen text, test boolean, "receivedAt" timestamptz)
       on conflict do nothing`,
      [JSON.stringify(handovers.map(({ interaction }) => interaction))],
    );
    written += batch.length;
    batch = [];
  };
  for (const exchange of makeTraffic(options)) {
    batch.push(exchange);
    if (batch.length === perStatement) await flush();
  }
  if (batch.length > 0) await flush();
  return written;
}

/** Moves an instant into the hours in which people write: mostly office hours in Vietnam, some in the evening. */
function toBusyHour(at: Date, random: Random): Date {
  const hour = random() < 0.75 ? 0.5 + random() * 9.5 : 12 + random() * 3;
  const dayStartMs = Math.floor(at.getTime() / 86_400_000) * 86_400_000;
  return new Date(dayStartMs + hour * 3_600_000);
}

/** One of `items`; with `lean` above 1 the first ones come more often. */
function pick<T>(items: readonly T[], random: Random, lean = 1): T {
  const item = items[Math.floor(random() ** lean * items.length)];
  if (item === undefined) throw new Error('nothing to pick from');
  return item;
}
