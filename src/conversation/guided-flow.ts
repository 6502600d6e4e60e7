import { flowConditionHolds, nextFlowStep, type FlowStep } from '../content/flow-schema.ts';
import type { Flow, Topic } from '../content/library.ts';
import { inLanguage } from '../content/render-block.ts';
import { capitalise, contentButtons, isInForce, renderSection } from '../content/render-topic.ts';
import { vietnamDay } from '../core/clock.ts';
import type { Button } from '../core/reply.ts';
import type { FlowState, Option, SessionState } from '../core/session.ts';
import type { Understood } from '../core/understood.ts';
import { PhraseMatcher } from '../text/phrase-matcher.ts';
import { answerTopic } from './answer-topic.ts';
import { choiceButton, topicButton } from './buttons.ts';
import { canRunFlow } from './can-run-flow.ts';
import { showMenu } from './menu.ts';
import { encodeChoice } from './payload.ts';
import { readTokens, says, simplify, withoutPoliteness } from './phrases.ts';
import { contentWords } from './pick-in-own-words.ts';
import { remember, returnTo } from './remember.ts';
import { findSubject } from './subject.ts';
import { planOf, renderContext, say, type Effect, type Plan, type Turn } from './turn.ts';

/** Begins a guided flow with its first question. */
export function startFlow(turn: Turn, flowId: string): Plan {
  const flow = turn.library.flows.get(flowId);
  if (flow === undefined) return showMenu(turn);
  const topic = turn.session.topic ?? undefined;
  const state: FlowState = { id: flow.id, step: '', answers: {}, ...(topic === undefined ? {} : { topic }) };
  const intro = flow.intro === undefined ? [] : [inLanguage(flow.intro, turn.session.language)];
  return goOn({ ...turn, session: { ...turn.session, flow: state } }, flow, state, intro);
}

/** Takes an answer, also one to an earlier question: later answers are asked again. */
export function answerFlow(turn: Turn, flowId: string, stepId: string, optionId: string): Plan {
  const flow = turn.library.flows.get(flowId);
  const at = flow?.steps.findIndex((step) => step.id === stepId) ?? -1;
  const known = flow?.steps[at]?.options.some((option) => option.id === optionId) === true;
  if (flow === undefined || !known) return resumeFlow(turn);
  const before = turn.session.flow?.id === flowId ? turn.session.flow : null;
  const earlier = flow.steps.slice(0, at).map(({ id }) => id);
  const kept = Object.entries(before?.answers ?? {}).filter(([id]) => earlier.includes(id));
  const topic = before?.topic ?? turn.session.topic ?? undefined;
  const state: FlowState = {
    id: flow.id,
    step: stepId,
    answers: { ...Object.fromEntries(kept), [stepId]: optionId },
    ...(topic === undefined ? {} : { topic }),
  };
  const plan = goOn(turn, flow, state, []);
  if (flow.kind !== 'survey') return plan;
  const effect: Effect = { kind: 'record-survey', survey: flow.id, question: stepId, answer: optionId };
  return { ...plan, effects: [...plan.effects, effect] };
}

/** Asks the open question of an interrupted flow again. */
export function resumeFlow(turn: Turn): Plan {
  const state = turn.session.flow;
  const flow = state === null ? undefined : turn.library.flows.get(state.id);
  return state === null || flow === undefined ? showMenu(turn) : goOn(turn, flow, state, []);
}

export function cancelFlow(turn: Turn): Plan {
  return planOf(turn, {
    decision: 'smalltalk',
    session: endFlow(turn.session),
    reply: {
      sections: [say(turn, 'flow.cancelled')],
      buttons: [
        choiceButton(turn, 'menu', { kind: 'menu' }),
        choiceButton(turn, 'officer', { kind: 'officer' }),
      ],
    },
  });
}

/** Takes the last answer back; without one the flow ends. */
export function stepBack(turn: Turn): Plan {
  const state = turn.session.flow;
  const flow = state === null ? undefined : turn.library.flows.get(state.id);
  const last = flow?.steps.filter(({ id }) => state?.answers[id] !== undefined).at(-1);
  if (state === null || flow === undefined || last === undefined) return cancelFlow(turn);
  const answers = Object.fromEntries(Object.entries(state.answers).filter(([id]) => id !== last.id));
  return goOn(turn, flow, { ...state, answers }, []);
}

/** The result of a finished flow once more, as its topics stand today. */
export function showResultAgain(turn: Turn, state: FlowState): Plan {
  const flow = turn.library.flows.get(state.id);
  return flow === undefined ? showMenu(turn) : goOn(turn, flow, state, []);
}

/** The last question of the flow whose result is in front, so that another answer can be given; undefined without one. */
export function reopenFlow(turn: Turn): Plan | undefined {
  const { finishedFlow } = turn.session;
  return finishedFlow === undefined
    ? undefined
    : stepBack({ ...turn, session: { ...returnTo(turn.session), flow: finishedFlow } });
}

/** The question of a flow that is waiting for an answer; undefined when none is. */
export function openFlow(turn: Turn): { flow: Flow; step: FlowStep } | undefined {
  const state = turn.session.flow;
  if (state === null || turn.session.question?.kind !== 'flow') return undefined;
  const flow = turn.library.flows.get(state.id);
  const step = flow?.steps.find(({ id }) => id === state.step);
  return flow === undefined || step === undefined ? undefined : { flow, step };
}

/** The option of the open question that a typed message chooses. */
export function readFlowAnswer(turn: Turn, step: FlowStep, text: string): string | undefined {
  const said = simplify(text);
  const bare = withoutPoliteness(turn.t, said);
  const byWords = step.options.find((option) =>
    (option.words ?? []).some((words) => [said, bare].includes(simplify(words))),
  );
  if (byWords !== undefined) return byWords.id;
  const answers = ['yes', 'no'].filter((word) => says(turn.t, text, word));
  return step.options.find(({ id }) => answers.includes(id))?.id ?? readLooseAnswer(turn, step, text);
}

/** "Quá 60 ngày rồi": the only option that is said in the same words, fillers aside. */
function readLooseAnswer(turn: Turn, step: FlowStep, text: string): string | undefined {
  const said = contentWords(turn, text);
  const isSaid = (words: string) => {
    const named = contentWords(turn, words);
    return named.size > 0 && named.size === said.size && named.isSubsetOf(said);
  };
  const fitting = step.options.filter(({ title, words }) =>
    [title.vi, title.en ?? '', ...(words ?? [])].some(isSaid),
  );
  return fitting.length === 1 ? fitting[0]?.id : undefined;
}

/** Asks again after an answer that was not understood. */
export function askAgain(turn: Turn): Plan {
  const open = openFlow(turn);
  const state = turn.session.flow;
  if (open === undefined || state === null) return resumeFlow(turn);
  const misses = turn.session.misses + 1;
  const session = { ...turn.session, misses };
  const plan = goOn({ ...turn, session }, open.flow, state, [say(turn, 'flow.again')]);
  if (misses < 2) return plan;
  const way = choiceButton(turn, 'officer', { kind: 'officer' });
  return { ...plan, reply: { ...plan.reply, buttons: [...plan.reply.buttons, way] } };
}

export function endFlow(session: SessionState): SessionState {
  return { ...session, flow: null, question: null, options: [] };
}

const matchers = new WeakMap<object, PhraseMatcher<string>>();

/** The flow that a message asks for by its own words. */
export function findFlow(turn: Turn, text: string, understood: Understood): Flow | undefined {
  const { flows } = turn.library;
  let matcher = matchers.get(flows);
  if (matcher === undefined) {
    matcher = new PhraseMatcher<string>();
    for (const flow of flows.values()) {
      for (const words of flow.words ?? []) matcher.add(words, flow.id, { strict: true });
    }
    matchers.set(flows, matcher);
  }
  const about = [understood.topic, turn.session.topic].filter((topic) => topic !== null);
  return matcher
    .findAll(readTokens(text))
    .sort((one, other) => other.end - other.start - (one.end - one.start))
    .flatMap(({ value }) => flows.get(value) ?? [])
    .find((flow) => flow.anywhere === true || flow.topics.some((topic) => about.includes(topic)));
}

/** The next question, or what the answers lead to. */
function goOn(turn: Turn, flow: Flow, state: FlowState, lead: readonly string[]): Plan {
  if (!canRunFlow(turn, flow)) return tellWhatHolds(turn, flow);
  const step = nextFlowStep(flow, state.answers);
  return step === undefined
    ? showResult(turn, flow, state)
    : askStep(turn, flow, { ...state, step: step.id }, step, lead);
}

/** Instead of a flow that leads to nothing today: what its topic says of that. */
function tellWhatHolds(turn: Turn, flow: Flow): Plan {
  const subject = flow.topics.flatMap((id) => findSubject(turn, id) ?? [])[0];
  if (subject === undefined) return showMenu(turn);
  return planOf(turn, {
    decision: 'answer',
    topic: subject.id,
    aspect: null,
    confidence: 1,
    reply: answerTopic(turn, subject, []),
    session: { ...remember(turn.session, subject.id, null), flow: null, question: null, options: [] },
  });
}

function askStep(turn: Turn, flow: Flow, state: FlowState, step: FlowStep, lead: readonly string[]): Plan {
  const language = turn.session.language;
  const options: Option[] = step.options.map((option) => ({
    title: inLanguage(option.title, language),
    payload: encodeChoice({ kind: 'flow-answer', flow: flow.id, step: step.id, option: option.id }),
  }));
  return planOf(turn, {
    decision: 'clarify',
    topic: flow.topics[0] ?? null,
    session: {
      ...turn.session,
      flow: state,
      options,
      question: { kind: 'flow', about: flow.id },
    },
    reply: {
      sections: [[...lead, inLanguage(step.ask, language)].join('\n\n')],
      buttons: [
        ...options.map(({ title, payload }): Button => ({ kind: 'choice', title, payload })),
        choiceButton(turn, 'cancel', { kind: 'flow-cancel' }),
      ],
    },
  });
}

/** The checklist: what the answers were, then what the topics say for this case today. */
function showResult(turn: Turn, flow: Flow, state: FlowState): Plan {
  const language = turn.session.language;
  const results = flow.results.filter((result) => flowConditionHolds(result.when, state.answers));
  const leads = results.flatMap(({ lead }) => (lead === undefined ? [] : [inLanguage(lead, language)]));
  const ended = { ...turn, session: endFlow({ ...turn.session, misses: 0 }) };
  if (flow.kind === 'survey') {
    return planOf(ended, { decision: 'smalltalk', reply: { sections: leads, buttons: [] } });
  }
  const shown = results
    .flatMap(({ show }) => show ?? [])
    .flatMap((part) => {
      const id = part.topic === 'current' ? state.topic : part.topic;
      const topic = id === undefined ? undefined : turn.library.topics.get(id);
      return topic === undefined ? [] : [{ ...part, topic }];
    });
  const first = shown[0]?.topic;
  const also = results
    .flatMap((result) => result.also ?? [])
    .flatMap((id) => turn.library.topics.get(id) ?? []);
  const session =
    first === undefined
      ? ended.session
      : { ...remember(ended.session, first.id, null), flow: null, finishedFlow: state };
  return planOf(ended, {
    decision: 'answer',
    topic: first?.id ?? flow.topics[0] ?? null,
    confidence: 1,
    session,
    reply: {
      sections: [
        [recallAnswers(ended, flow, state), ...leads].join('\n'),
        ...shown.map(({ topic, aspects, brief }) => describeTopic(ended, topic, aspects, brief === true)),
      ],
      buttons: resultButtons(ended, first, also),
    },
  });
}

/** "Anh/chị chọn: …", so that a wrong answer is seen. */
function recallAnswers(turn: Turn, flow: Flow, state: FlowState): string {
  const language = turn.session.language;
  const chosen = flow.steps.flatMap((step) => {
    const option = step.options.find(({ id }) => id === state.answers[step.id]);
    return option === undefined ? [] : [inLanguage(option.title, language)];
  });
  const title = inLanguage(flow.title, language);
  return say(turn, `flow.result.${flow.kind}`, { title, answers: chosen.join('; ') });
}

function describeTopic(
  turn: Turn,
  topic: Topic,
  aspects: readonly Parameters<typeof renderSection>[1][],
  brief: boolean,
): string {
  const day = vietnamDay(turn.now);
  const name = capitalise(inLanguage(topic.name.short, turn.session.language));
  if (!isInForce(topic, day)) return say(turn, 'answer.not_in_force', { topic: name });
  const context = renderContext(turn, day);
  const asked = aspects.flatMap((aspect) => renderSection(topic, aspect, context) ?? []);
  // Where none of the parts may be told, the overview says why.
  const sections =
    asked.length > 0
      ? asked
      : (['overview'] as const).flatMap((one) => renderSection(topic, one, context) ?? []);
  const texts = sections.map((section) => {
    const heading =
      findSubject(turn, topic.id)?.titleOf(section.aspect) ?? say(turn, `aspect.${section.aspect}.name`);
    const [firstLine = ''] = section.text.split('\n');
    return brief && section.aspect !== 'documents'
      ? `${heading}: ${firstLine}`
      : `${heading}:\n${section.text}`;
  });
  const source = sections[0]?.sourceLine;
  return [name, ...texts, ...(source === undefined ? [] : [source])].join('\n\n');
}

function resultButtons(turn: Turn, topic: Topic | undefined, also: readonly Topic[]): Button[] {
  const day = vietnamDay(turn.now);
  const related = also
    .filter((one) => isInForce(one, day))
    .map(({ id, title }) => topicButton({ id, title: inLanguage(title, turn.session.language) }));
  const links = topic === undefined ? [] : contentButtons(topic, renderContext(turn, day)).slice(0, 1);
  const more =
    topic === undefined || !isInForce(topic, day)
      ? []
      : [choiceButton(turn, 'more', { kind: 'more', topic: topic.id })];
  return [...related.slice(0, 2), ...links, ...more, choiceButton(turn, 'officer', { kind: 'officer' })];
}
