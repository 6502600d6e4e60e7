import type {
  ChannelFigures,
  DayFigures,
  OverviewInterval,
  OverviewReader,
  TopicFigures,
} from '../../core/overview.ts';
import { countedOf } from './counted-exchanges.ts';
import type { Queryable } from './database.ts';
import { readSettling, type DirectReader } from './settled-figures.ts';

const counted = countedOf('$2', '$3');

const channelsQuery = `
  with gapped as (
    select channel, citizen, decision,
      received_at - lag(received_at) over (partition by channel, citizen order by received_at, seq) as gap, received_at, seq
    from (${counted}) as c
  ), numbered as (
    select channel, citizen, decision,
      count(*) filter (where gap is null or gap >= interval '30 minutes')
        over (partition by channel, citizen order by received_at, seq) as session
    from gapped
  ), session as (
    select channel, citizen, session, count(*) as interactions,
      count(*) filter (where decision = 'answer') as answered,
      count(*) filter (where decision = 'clarify') as asked_back,
      count(*) filter (where decision = 'fallback') as not_understood,
      count(*) filter (where decision = 'handover') as handed_over
    from numbered group by channel, citizen, session
  )
  select channel, sum(interactions)::int as interactions, sum(answered)::int as answered,
    sum(asked_back)::int as "askedBack", sum(not_understood)::int as "notUnderstood",
    sum(handed_over)::int as "handedOver", (count(*) filter (where session = 1))::int as citizens,
    (count(*) filter (where answered > 0))::int as sessions
  from session group by channel order by channel`;

/** What a citizen said last of an answer counts. */
const feedbackQuery = `
  select channel, (count(*) filter (where helpful))::int as helpful,
    (count(*) filter (where not helpful))::int as "notHelpful"
  from (
    select distinct on (f.interaction_id) i.channel, f.helpful
    from feedback f join interaction i on i.id = f.interaction_id
    where f.unit_id = $1 and f.at >= $2 and f.at < $3 and not i.test
      and f.citizen not in (select u.citizen from uncounted_citizen u where u.unit_id = $1)
    order by f.interaction_id, f.seq desc
  ) as judged group by channel`;

const daysQuery = `
  select to_char(day, 'YYYY-MM-DD') as day, channel, interactions from (
    select (received_at at time zone 'Asia/Ho_Chi_Minh')::date as day, channel, count(*)::int as interactions
    from (${counted}) as c group by 1, 2
  ) as by_day order by day, channel`;

const topicsQuery = `
  select topic, count(*)::int as interactions from (${counted}) as c
  where decision = 'answer' and topic is not null group by topic order by interactions desc, topic limit $4`;

/** Figures of one unit from the log. */
export function createOverviewReader(database: Queryable, unitId: string): OverviewReader {
  const direct = createDirectReader(database, unitId);
  return { ...direct, readSpan: (interval) => readSettling(database, unitId, direct, interval) };
}

function createDirectReader(database: Queryable, unitId: string): DirectReader {
  const select = async <T extends object>(
    query: string,
    { from, to }: OverviewInterval,
    ...further: unknown[]
  ): Promise<T[]> => (await database.query<T>(query, [unitId, from, to, ...further])).rows;
  return {
    async readChannels(interval) {
      const channels = await select<ChannelFigures>(channelsQuery, interval);
      const judged = await select<Pick<ChannelFigures, 'channel' | 'helpful' | 'notHelpful'>>(
        feedbackQuery,
        interval,
      );
      const feedbackOf = new Map(judged.map((one) => [one.channel, one]));
      return channels.map((one) => ({
        ...one,
        ...{ helpful: 0, notHelpful: 0 },
        ...feedbackOf.get(one.channel),
      }));
    },
    readDays: (interval) => select<DayFigures>(daysQuery, interval),
    readTopics: (interval, limit) => select<TopicFigures>(topicsQuery, interval, limit),
    async countMissed(interval) {
      const [row] = await select<{ missed: number }>(
        `select count(*)::int as missed from (${counted}) as c where decision = 'fallback'`,
        interval,
      );
      return row?.missed ?? 0;
    },
  };
}
