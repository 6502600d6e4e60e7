import { inLanguage } from '../content/render-block.ts';
import type { Aspect } from '../core/aspect.ts';
import { buttonTitleLimit, type Button } from '../core/reply.ts';
import { canRunFlow } from './can-run-flow.ts';
import { encodeChoice, type Choice } from './payload.ts';
import type { Subject } from './subject.ts';
import { say, type Turn } from './turn.ts';

export function choiceOf(title: string, meaning: Choice): Button {
  return { kind: 'choice', title: title.slice(0, buttonTitleLimit), payload: encodeChoice(meaning) };
}

/** A button with a title of `bot.yaml`. */
export function choiceButton(turn: Turn, label: string, meaning: Choice): Button {
  return choiceOf(say(turn, `button.${label}`), meaning);
}

export function aspectButton(turn: Turn, subject: Subject, aspect: Aspect): Button {
  const title = subject.titleOf(aspect) ?? say(turn, `aspect.${aspect}.button`);
  return choiceOf(title, { kind: 'aspect', topic: subject.id, aspect });
}

export function topicButton({ id, title }: { id: string; title: string }): Button {
  return choiceOf(title, { kind: 'topic', topic: id });
}

/** The buttons that start the guided flows of a topic, those that lead to something today. */
export function flowButtons(turn: Turn, topicId: string): Button[] {
  return [...turn.library.flows.values()]
    .filter((flow) => flow.topics.includes(topicId) && canRunFlow(turn, flow))
    .map((flow) => choiceOf(inLanguage(flow.title, turn.session.language), { kind: 'flow', flow: flow.id }));
}

export function portalButton(turn: Turn): Button {
  return { kind: 'link', title: say(turn, 'button.portal'), url: 'https://dichvucong.gov.vn' };
}

/** What may help when nothing was understood: the menu, a number to call, a person. */
export function helpButtons(turn: Turn): Button[] {
  return [
    choiceButton(turn, 'menu', { kind: 'menu' }),
    choiceButton(turn, 'hotlines', { kind: 'topic', topic: 'hotlines' }),
    choiceButton(turn, 'officer', { kind: 'officer' }),
  ];
}
