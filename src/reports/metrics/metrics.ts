import { counted, countedWide, numbered, vietnamDayOf } from './counted.ts';

/** What a value is a number of. */
export type MetricUnit =
  'citizens' | 'sessions' | 'interactions' | 'handovers' | 'minutes' | 'links' | 'answers' | 'acts';

/**
 * One figure of the report, defined here and nowhere else. Its Vietnamese name, its definition in words and what it does
 * not show are `reports:metric.<id>` of the locales.
 */
export interface Metric {
  readonly id: string;
  readonly unit: MetricUnit;
  /** What the rows of one metric are told apart by, beside the channel; null for a plain number. */
  readonly by:
    | 'topic'
    | 'field'
    | 'aspect'
    | 'theme'
    | 'day'
    | 'half-hour'
    | 'reason'
    | 'status'
    | 'url'
    | 'code'
    | 'answer'
    | null;
  /** Whether values of channels, units and shorter periods may be added up. */
  readonly additive: boolean;
  /** Whether the figure is shown beside the period before and the same period of last year. */
  readonly compared: boolean;
}

/**
 * One query and the metrics that it gives. Each row is one value: `metric`, `channel` (null: all channels together),
 * `key` (null where the metric has none), `value`.
 */
export interface Measure {
  readonly metrics: readonly Metric[];
  readonly sql: string;
}

type Given = Omit<Metric, 'additive' | 'compared' | 'by'> & Partial<Metric>;
const metric = (given: Given): Metric => ({ additive: true, compared: true, by: null, ...given });

/** Columns of `grouping sets ((channel), ())` give each channel and, with a null channel, the whole. */
const byChannelAndWhole = 'grouping sets ((channel), ())';

const exchanges: Measure = {
  metrics: [
    metric({ id: 'interactions', unit: 'interactions' }),
    metric({ id: 'answered', unit: 'interactions' }),
    metric({ id: 'asked-back', unit: 'interactions' }),
    metric({ id: 'not-understood', unit: 'interactions' }),
    metric({ id: 'handed-over', unit: 'interactions' }),
    metric({ id: 'sensitive', unit: 'interactions' }),
    metric({ id: 'unsupported', unit: 'interactions' }),
    metric({ id: 'smalltalk', unit: 'interactions' }),
    metric({ id: 'with-officer', unit: 'interactions' }),
  ],
  sql: `
    with decided as (
      select channel, decision, count(*) as n from (${counted}) as c group by channel, decision
    )
    select case decision when 'answer' then 'answered' when 'clarify' then 'asked-back'
      when 'fallback' then 'not-understood' when 'handover' then 'handed-over' when 'silent' then 'with-officer'
      else decision end as metric, channel, null as key, sum(n) as value
    from decided group by decision, ${byChannelAndWhole}
    union all
    select 'interactions', channel, null, sum(n) from decided group by ${byChannelAndWhole}`,
};

const people: Measure = {
  metrics: [metric({ id: 'citizens', unit: 'citizens', additive: false })],
  sql: `
    select 'citizens' as metric, channel, null as key, count(distinct citizen) as value
    from (${counted}) as c group by ${byChannelAndWhole}`,
};

/** Sessions are numbered once for all that counts them: that is the dearest step. */
const sessions: Measure = {
  metrics: [
    metric({ id: 'guidance-sessions', unit: 'sessions', additive: false }),
    metric({ id: 'day-sessions', unit: 'sessions', by: 'day', compared: false }),
    metric({ id: 'theme-sessions', unit: 'sessions', by: 'theme', additive: false }),
    metric({ id: 'theme-interactions', unit: 'interactions', by: 'theme' }),
    metric({ id: 'theme-citizens', unit: 'citizens', by: 'theme', additive: false }),
  ],
  sql: `
    with numbered as materialized (${numbered}), guided as (
      select channel, min(received_at) as began from numbered
      group by channel, citizen, session having bool_or(decision = 'answer')
    ), themed as (
      select t.theme, n.channel, n.citizen, n.session, count(*) as interactions
      from numbered n
      join (
        select distinct topic, theme, aspect
        from jsonb_to_recordset(:themes) as given(topic text, theme text, aspect text)
      ) as t on t.topic = n.topic and (t.aspect is null or t.aspect = n.aspect)
      where n.decision = 'answer'
      group by t.theme, n.channel, n.citizen, n.session
    ), summed as (
      select theme, count(*) as sessions, sum(interactions) as interactions,
        count(distinct (channel, citizen)) as citizens
      from themed group by theme
    )
    select 'guidance-sessions' as metric, channel, null as key, count(*) as value
    from guided group by ${byChannelAndWhole}
    union all
    select 'day-sessions', null, ${vietnamDayOf('began')}, count(*) from guided group by 3
    union all select 'theme-sessions', null, theme, sessions from summed
    union all select 'theme-interactions', null, theme, interactions from summed
    union all select 'theme-citizens', null, theme, citizens from summed`,
};

const topics: Measure = {
  metrics: [
    metric({ id: 'topic-interactions', unit: 'interactions', by: 'topic' }),
    metric({ id: 'topic-citizens', unit: 'citizens', by: 'topic', additive: false }),
  ],
  sql: `
    with asked as (
      select topic, count(*) as interactions, count(distinct (channel, citizen)) as citizens
      from (${counted}) as c where decision = 'answer' and topic is not null group by topic
    )
    select 'topic-interactions' as metric, null as channel, topic as key, interactions as value from asked
    union all select 'topic-citizens', null, topic, citizens from asked`,
};

const fields: Measure = {
  metrics: [
    metric({ id: 'field-interactions', unit: 'interactions', by: 'field' }),
    metric({ id: 'field-citizens', unit: 'citizens', by: 'field', additive: false }),
  ],
  sql: `
    with asked as (
      select f.field, count(*) as interactions, count(distinct (c.channel, c.citizen)) as citizens
      from (${counted}) as c join jsonb_to_recordset(:fields) as f(topic text, field text) using (topic)
      where c.decision = 'answer' group by f.field
    )
    select 'field-interactions' as metric, null as channel, field as key, interactions as value from asked
    union all select 'field-citizens', null, field, citizens from asked`,
};

const aspects: Measure = {
  metrics: [metric({ id: 'aspect-interactions', unit: 'interactions', by: 'aspect' })],
  sql: `
    select 'aspect-interactions' as metric, null as channel, aspect as key, count(*) as value
    from (${counted}) as c where decision = 'answer' and aspect is not null group by aspect`,
};

/** What a citizen said last about an answer counts. */
export const lastFeedback = `
  select distinct on (f.interaction_id) i.seq, i.channel, i.topic, f.helpful, f.reason
  from feedback f join interaction i on i.id = f.interaction_id
  where f.unit_id = :unit and f.at >= :from and f.at < :to and f.seq <= :feedback
    and not i.test and f.citizen not in (select u.citizen from uncounted_citizen u where u.unit_id = :unit)
  order by f.interaction_id, f.seq desc`;

const feedback: Measure = {
  metrics: [
    metric({ id: 'confirmed-helpful', unit: 'answers' }),
    metric({ id: 'not-helpful', unit: 'answers' }),
    metric({ id: 'not-helpful-reasons', unit: 'answers', by: 'reason' }),
    metric({ id: 'not-helpful-topics', unit: 'answers', by: 'topic' }),
  ],
  sql: `
    with judged as (${lastFeedback})
    select 'confirmed-helpful' as metric, channel, null as key, count(*) filter (where helpful) as value
    from judged group by ${byChannelAndWhole}
    union all
    select 'not-helpful', channel, null, count(*) filter (where not helpful) from judged group by ${byChannelAndWhole}
    union all
    select 'not-helpful-reasons', null, coalesce(reason, ''), count(*) from judged where not helpful group by reason
    union all
    select 'not-helpful-topics', null, coalesce(topic, ''), count(*) from judged where not helpful group by topic`,
};

const survey: Measure = {
  metrics: [metric({ id: 'survey-answers', unit: 'answers', by: 'answer' })],
  sql: `
    select 'survey-answers' as metric, null as channel, s.question || ':' || s.answer as key, count(*) as value
    from survey_answer s join interaction i on i.id = s.interaction_id
    where s.unit_id = :unit and s.at >= :from and s.at < :to and s.seq <= :surveyAnswer
      and not i.test and s.citizen not in (select u.citizen from uncounted_citizen u where u.unit_id = :unit)
    group by s.question, s.answer`,
};

const handovers: Measure = {
  metrics: [
    metric({ id: 'handovers-answered', unit: 'handovers' }),
    metric({ id: 'handovers-unanswered', unit: 'handovers' }),
    metric({ id: 'reply-minutes-median', unit: 'minutes', additive: false }),
    metric({ id: 'reply-minutes-p90', unit: 'minutes', additive: false }),
  ],
  sql: `
    with asked as (
      select channel, extract(epoch from answered_at - opened_at) / 60 as minutes, answered_at is not null as answered
      from (
        select channel, opened_at, case when answered_at <= :asOf then answered_at end as answered_at
        from handover
        where unit_id = :unit and opened_at >= :from and opened_at < :to and reason = 'asked' and not test
          and citizen not in (select u.citizen from uncounted_citizen u where u.unit_id = :unit)
      ) as opened
    )
    select 'handovers-answered' as metric, channel, null as key, (count(*) filter (where answered))::float8 as value
    from asked group by ${byChannelAndWhole}
    union all
    select 'handovers-unanswered', channel, null, count(*) filter (where not answered)
    from asked group by ${byChannelAndWhole}
    union all
    select 'reply-minutes-median', channel, null,
      round((percentile_cont(0.5) within group (order by minutes))::numeric, 1)
    from asked where answered group by ${byChannelAndWhole} having count(*) > 0
    union all
    select 'reply-minutes-p90', channel, null,
      round((percentile_cont(0.9) within group (order by minutes))::numeric, 1)
    from asked where answered group by ${byChannelAndWhole} having count(*) > 0`,
};

const linksGiven: Measure = {
  metrics: [metric({ id: 'links-given', unit: 'links', by: 'url' })],
  sql: `
    select 'links-given' as metric, null as channel, link.url as key, count(*) as value
    from (${countedWide('links', "i.decision in ('answer', 'clarify', 'handover', 'sensitive')")}) as c
    cross join lateral jsonb_array_elements_text(c.links) as link(url)
    group by link.url`,
};

const linksOpened: Measure = {
  metrics: [metric({ id: 'links-opened', unit: 'links', by: 'url' })],
  sql: `
    select 'links-opened' as metric, null as channel, url as key, sum(opens) as value
    from link_open
    where unit_id = :unit and at >= :from and at < :to and seq <= :linkOpen
    group by url`,
};

const outreach: Measure = {
  metrics: [
    metric({ id: 'outreach-citizens', unit: 'citizens', by: 'code', additive: false }),
    metric({ id: 'outreach-interactions', unit: 'interactions', by: 'code' }),
  ],
  sql: `
    with came as (
      select outreach as code, count(*) as interactions, count(distinct (channel, citizen)) as citizens
      from interaction
      where unit_id = :unit and received_at >= :from and received_at < :to and seq <= :interaction
        and outreach is not null and not test and kind in ('text', 'choice', 'attachment', 'location', 'start')
        and citizen not in (select u.citizen from uncounted_citizen u where u.unit_id = :unit)
      group by outreach
    )
    select 'outreach-citizens' as metric, null as channel, code as key, citizens as value from came
    union all select 'outreach-interactions', null, code, interactions from came`,
};

const difficulties: Measure = {
  metrics: [metric({ id: 'unanswered-near-topic', unit: 'interactions', by: 'topic' })],
  sql: `
    select 'unanswered-near-topic' as metric, null as channel, coalesce(missed.candidates -> 0 ->> 'topic', '') as key,
      count(*) as value
    from (${countedWide('candidates', "i.decision = 'fallback'")}) as missed
    group by missed.candidates -> 0 ->> 'topic'`,
};

const failures: Measure = {
  metrics: [metric({ id: 'failed-deliveries', unit: 'answers', by: 'status' })],
  sql: `
    select 'failed-deliveries' as metric, null as channel, d.status as key, count(*) as value
    from delivery d join interaction i on i.id = d.interaction_id
    where d.unit_id = :unit and d.at >= :from and d.at < :to and d.seq <= :delivery
      and d.status not in ('sent', 'suppressed') and not i.test
    group by d.status`,
};

const days: Measure = {
  metrics: [
    metric({ id: 'day-interactions', unit: 'interactions', by: 'day', compared: false }),
    metric({ id: 'day-answered', unit: 'interactions', by: 'day', compared: false }),
    metric({ id: 'half-hour-interactions', unit: 'interactions', by: 'half-hour', compared: false }),
  ],
  sql: `
    with slots as (
      select ${vietnamDayOf('received_at')} as day,
        floor(extract(epoch from (received_at at time zone 'Asia/Ho_Chi_Minh')::time) / 1800)::int as half_hour,
        count(*) as n, count(*) filter (where decision = 'answer') as answered
      from (${counted}) as c group by 1, 2
    )
    select 'day-interactions' as metric, null as channel, day as key, sum(n) as value from slots group by day
    union all select 'day-answered', null, day, sum(answered) from slots group by day
    union all select 'half-hour-interactions', null, day || ' ' || half_hour, n from slots`,
};

/** Acts that change what citizens are told; drafts, proposals and refusals change nothing. */
const published: Measure = {
  metrics: [metric({ id: 'content-published', unit: 'acts', by: 'code' })],
  sql: `
    select 'content-published' as metric, null as channel, action as key, count(*) as value
    from audit
    where coalesce(unit_id, :unit) = :unit and at >= :from and at < :to and at <= :asOf
      and action in ('content.approve', 'content.roll-back')
    group by action`,
};

/** Everything that is counted, each metric in exactly one measure. */
export const measures: readonly Measure[] = [
  exchanges,
  people,
  sessions,
  topics,
  fields,
  aspects,
  feedback,
  survey,
  handovers,
  linksGiven,
  linksOpened,
  outreach,
  difficulties,
  failures,
  days,
  published,
];

export const metrics: readonly Metric[] = measures.flatMap((measure) => measure.metrics);
