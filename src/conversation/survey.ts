import { startFlow } from './guided-flow.ts';
import type { Plan, Turn } from './turn.ts';

/** A citizen is asked again only after this long. */
const surveyPauseMs = 30 * 24 * 60 * 60 * 1000;

/** When a citizen says goodbye after an answer, the survey follows where the unit has switched it on. */
export function offerSurvey(turn: Turn, plan: Plan): Plan {
  const { session, unit, library, now } = turn;
  const flow = [...library.flows.values()].find(({ kind }) => kind === 'survey');
  const wasAsked =
    session.surveyedAt !== undefined && now.getTime() - Date.parse(session.surveyedAt) < surveyPauseMs;
  const hasNothingToJudge = session.topic === null && session.history.length === 0;
  if (flow === undefined || !unit.conversation.survey || wasAsked || hasNothingToJudge) return plan;
  const survey = startFlow(turn, flow.id);
  return {
    ...plan,
    session: { ...survey.session, surveyedAt: now.toISOString() },
    reply: { sections: [...plan.reply.sections, ...survey.reply.sections], buttons: survey.reply.buttons },
  };
}
