import type { ReviewItem, ReviewReason, ReviewStore, WantedTopic } from '../../core/review.ts';
import type { Queryable } from './database.ts';

type ItemRow = Omit<ReviewItem, 'receivedAt' | 'reasons'> & { receivedAt: Date; unhelpful: boolean };

/** An answer given with less than this confidence is looked at; the index of migration 0020 says the same. */
const unsureBelow = 0.6;

const wrongByItself = `(i.decision = 'fallback' or (i.decision = 'answer' and i.confidence < ${unsureBelow}))`;

/** Looked up by number for each question that is shown, never by reading the words of all. */
const wordsOf = `(select t.masked_text from interaction_text t where t.interaction_id = i.id)`;

/** Not judged yet, its words still there, neither a test nor of an account of staff unless $2. */
const isOpen = `i.kind = 'text'
  and ($2 or not i.test and i.citizen not in (select u.citizen from uncounted_citizen u where u.unit_id = i.unit_id))
  and not exists (select 1 from review_verdict v where v.interaction_id = i.id)
  and ${wordsOf} is not null`;

/**
 * Ids of questions that went wrong by themselves, or of which the citizen said so; newest first. Unit by unit, so that
 * an index gives the newest of each and no more is looked at than is shown.
 */
const openIds = `
  select id, received_at from (
    select wrong.id, wrong.received_at from unnest($1::text[]) as asked(unit), lateral (
      select i.id, i.received_at from interaction i
      where i.unit_id = asked.unit and ${wrongByItself} and ${isOpen}
      order by i.received_at desc limit $3) wrong
    union
    select blamed.id, blamed.received_at from unnest($1::text[]) as asked(unit), lateral (
      select i.id, i.received_at from feedback f join interaction i on i.id = f.interaction_id
      where f.unit_id = asked.unit and not f.helpful and ${isOpen}
      order by f.at desc limit $3) blamed
    union
    select chosen.id, chosen.received_at from unnest($1::text[]) as asked(unit), lateral (
      select i.id, i.received_at from training_suggestion s join interaction i on i.id = s.interaction_id
      where s.unit_id = asked.unit and ${isOpen}
      order by s.at desc limit $3) chosen
  ) open order by received_at desc limit $3`;

const itemColumns = `i.id as "interactionId", i.unit_id as "unitId", i.channel, i.received_at as "receivedAt",
  ${wordsOf} as text, i.language, i.decision, i.topic, i.aspect, i.confidence, i.candidates, i.test,
  exists (select 1 from feedback f where f.interaction_id = i.id and not f.helpful) as unhelpful,
  (select f.reason from feedback f where f.interaction_id = i.id and not f.helpful and f.reason is not null
   order by f.seq desc limit 1) as complaint,
  (select s.topic from training_suggestion s where s.interaction_id = i.id order by s.seq desc limit 1) as chosen`;

/** The review queue on SQL. */
export function createReviewStore(database: Queryable): ReviewStore {
  return {
    async listOpen({ unitIds, withTest, limit }) {
      const { rows } = await database.query<ItemRow>(
        `select ${itemColumns} from (${openIds}) open join interaction i on i.id = open.id
         order by i.received_at desc`,
        [[...unitIds], withTest, limit],
      );
      return rows.map(toItem);
    },
    async countOpen({ unitIds, withTest, limit }) {
      const { rows } = await database.query<{ count: number }>(
        `select count(*)::integer as count from (${openIds}) open`,
        [[...unitIds], withTest, limit],
      );
      return rows[0]?.count ?? 0;
    },
    async read(interactionIds, unitIds) {
      const { rows } = await database.query<ItemRow>(
        `select ${itemColumns} from interaction i
         where i.id = any($1::text[]) and i.unit_id = any($2::text[]) and ${wordsOf} is not null
         order by i.received_at desc`,
        [[...interactionIds], [...unitIds]],
      );
      return rows.map(toItem);
    },
    async listWantedTopics(unitIds, limit) {
      const { rows } = await database.query<Omit<WantedTopic, 'at'> & { at: Date }>(
        `select v.interaction_id as "interactionId", v.unit_id as "unitId", coalesce(v.note, '') as note,
           t.masked_text as text, v.reviewer, v.at
         from review_verdict v left join interaction_text t on t.interaction_id = v.interaction_id
         where v.verdict = 'new-topic' and v.unit_id = any($1::text[]) order by v.seq desc limit $2`,
        [[...unitIds], limit],
      );
      return rows.map((row) => ({ ...row, at: row.at.toISOString() }));
    },
  };
}

function toItem({ unhelpful, ...row }: ItemRow): ReviewItem {
  const reasons: ReviewReason[] = [
    ...(row.decision === 'fallback' ? (['not-understood'] as const) : []),
    ...(row.decision === 'answer' && row.confidence !== null && row.confidence < unsureBelow
      ? (['unsure'] as const)
      : []),
    ...(unhelpful ? (['unhelpful'] as const) : []),
    ...(row.chosen === null ? [] : (['chosen'] as const)),
  ];
  return { ...row, receivedAt: row.receivedAt.toISOString(), reasons };
}
