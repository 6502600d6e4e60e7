import type { Interaction } from '../core/interaction.ts';
import type { FigureScope, QueryRunner } from './figure-reader.ts';
import { bindNames } from './metrics/bind-names.ts';
import { counted } from './metrics/counted.ts';
import { lastFeedback } from './metrics/metrics.ts';

/** One record that a figure counts. Words are not here: the conversation shows them to those who may read them. */
export interface FigureSourceRow {
  seq: number;
  id: string;
  channel: string;
  citizen: string;
  decision: Interaction['decision'];
  topic: string | null;
  aspect: string | null;
  receivedAt: string;
}

/** Figures of counted exchanges whose records can be listed, and which of the exchanges they are made of. */
const conditions: Readonly<Record<string, string>> = {
  interactions: 'true',
  citizens: 'true',
  'guidance-sessions': "c.decision = 'answer'",
  answered: "c.decision = 'answer'",
  'asked-back': "c.decision = 'clarify'",
  'not-understood': "c.decision = 'fallback'",
  'handed-over': "c.decision = 'handover'",
  sensitive: "c.decision = 'sensitive'",
  unsupported: "c.decision = 'unsupported'",
  smalltalk: "c.decision = 'smalltalk'",
  'with-officer': "c.decision = 'silent'",
  'topic-interactions': "c.decision = 'answer' and c.topic = :key",
  'aspect-interactions': "c.decision = 'answer' and c.aspect = :key",
};

/** Figures of answers that citizens judged, by what they said last. */
const judgements: Readonly<Record<string, string>> = {
  'confirmed-helpful': 'c.helpful',
  'not-helpful': 'not c.helpful',
};

export const listedMetrics: readonly string[] = [...Object.keys(conditions), ...Object.keys(judgements)];

/** The records behind a figure, oldest first, after a record's `seq`; the same rows that were counted. */
export async function readFigureSource(
  database: QueryRunner,
  scope: FigureScope,
  metric: string,
  key: string,
  page: { after: number; limit: number },
): Promise<FigureSourceRow[]> {
  const condition = conditions[metric] ?? judgements[metric];
  if (condition === undefined) return [];
  const source = metric in judgements ? lastFeedback : counted;
  const { text, parameters } = bindNames(
    `select i.seq, i.id, i.channel, i.citizen, i.decision, i.topic, i.aspect, i.received_at as "receivedAt"
     from (select c.seq from (${source}) as c where c.seq > :after and ${condition} order by c.seq limit :limit) as found
     join interaction i using (seq) order by i.seq`,
    {
      ...{ unit: scope.unitId, from: scope.from, to: scope.to },
      ...{ interaction: scope.through.interaction ?? 0, feedback: scope.through.feedback ?? 0 },
      ...{ key, after: page.after, limit: page.limit },
    },
  );
  const { rows } = await database.query<Omit<FigureSourceRow, 'receivedAt'> & { receivedAt: Date }>(
    text,
    parameters,
  );
  return rows.map((row) => ({ ...row, receivedAt: row.receivedAt.toISOString() }));
}
