import type {
  ConversationRecords,
  FeedbackRecord,
  SurveyAnswer,
  TrainingSuggestion,
} from '../../core/conversation-records.ts';
import type { Queryable } from './database.ts';

type Row<T> = Omit<T, 'at'> & { at: Date };

/** Feedback, training suggestions and survey answers in SQL, append-only. */
export function createConversationRecords(database: Queryable): ConversationRecords {
  async function list<T extends { at: string }>(query: string, unitId: string, limit: number): Promise<T[]> {
    const { rows } = await database.query<Row<T>>(query, [unitId, limit]);
    return rows.map((row) => ({ ...row, at: row.at.toISOString() }) as unknown as T);
  }

  return {
    async appendFeedback(record) {
      await database.query(
        `insert into feedback (interaction_id, unit_id, citizen, helpful, reason, at)
         select i.id, i.unit_id, i.citizen, $3, $4, $5 from interaction i where i.id = $1 and i.citizen = $2
         on conflict do nothing`,
        [record.interactionId, record.citizen, record.helpful, record.reason, record.at],
      );
    },
    async appendSuggestion(record) {
      await database.query(
        `insert into training_suggestion (interaction_id, unit_id, citizen, topic, aspect, at)
         select i.id, i.unit_id, i.citizen, $3, $4, $5 from interaction i where i.id = $1 and i.citizen = $2
         on conflict do nothing`,
        [record.interactionId, record.citizen, record.topic, record.aspect, record.at],
      );
    },
    async appendSurveyAnswer(record) {
      await database.query(
        `insert into survey_answer (interaction_id, unit_id, channel, citizen, survey, question, answer, at)
         values ($1, $2, $3, $4, $5, $6, $7, $8) on conflict do nothing`,
        [
          record.interactionId,
          record.unitId,
          record.channel,
          record.citizen,
          record.survey,
          record.question,
          record.answer,
          record.at,
        ],
      );
    },
    listFeedback: (unitId, limit) =>
      list<FeedbackRecord>(
        `select interaction_id as "interactionId", unit_id as "unitId", citizen, helpful, reason, at
         from feedback where unit_id = $1 order by seq desc limit $2`,
        unitId,
        limit,
      ),
    listSuggestions: (unitId, limit) =>
      list<TrainingSuggestion>(
        `select interaction_id as "interactionId", unit_id as "unitId", citizen, topic, aspect, at
         from training_suggestion where unit_id = $1 order by seq desc limit $2`,
        unitId,
        limit,
      ),
    listSurveyAnswers: (unitId, limit) =>
      list<SurveyAnswer>(
        `select interaction_id as "interactionId", unit_id as "unitId", channel, citizen, survey, question, answer, at
         from survey_answer where unit_id = $1 order by seq desc limit $2`,
        unitId,
        limit,
      ),
  };
}
