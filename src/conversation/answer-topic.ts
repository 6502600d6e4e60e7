import type { Topic } from '../content/library.ts';
import { inLanguage } from '../content/render-block.ts';
import {
  availableAspects,
  capitalise,
  contentButtons,
  isInForce,
  renderSection,
  type RenderedSection,
} from '../content/render-topic.ts';
import type { Aspect } from '../core/aspect.ts';
import { vietnamDay } from '../core/clock.ts';
import type { Reply } from '../core/reply.ts';
import { aspectButton, choiceButton, flowButtons, portalButton, topicButton } from './buttons.ts';
import { renderContext, say, type Turn } from './turn.ts';

/** Aspects that people go on to ask for, most asked first; the order of buttons. */
const nextAspects: readonly Aspect[] = [
  'documents',
  'fee',
  'place',
  'time',
  'online',
  'steps',
  'form',
  'conditions',
  'result',
  'legal',
];

/** The channel with the fewest shows five buttons; two are kept for the link and for "more". */
const aspectButtonsAtMost = 3;

/** The answer about a topic: the asked aspects (the overview when none is asked), its source, and the next steps. */
export function answerTopic(turn: Turn, topic: Topic, asked: readonly Aspect[]): Reply {
  const context = renderContext(turn, vietnamDay(turn.now));
  const name = capitalise(inLanguage(topic.name.short, turn.session.language));
  if (!isInForce(topic, context.day)) {
    return {
      sections: [say(turn, 'answer.not_in_force', { topic: name })],
      buttons: [portalButton(turn), choiceButton(turn, 'officer', { kind: 'officer' })],
    };
  }
  const wanted: readonly Aspect[] = asked.length === 0 ? ['overview'] : asked;
  const sections = wanted.map((aspect) => {
    const section = renderSection(topic, aspect, context);
    return section === undefined
      ? say(turn, 'answer.aspect_unknown', { aspect: say(turn, `aspect.${aspect}.name`) })
      : sectionText(turn, name, section);
  });
  const others = nextAspects.filter(
    (aspect) => !wanted.includes(aspect) && availableAspects(topic, context).includes(aspect),
  );
  const links = contentButtons(topic, context);
  const flows = flowButtons(turn, topic.id).slice(0, 1);
  return {
    sections,
    buttons: [
      ...others
        .slice(0, aspectButtonsAtMost - flows.length)
        .map((aspect) => aspectButton(turn, topic.id, aspect)),
      ...flows,
      ...links.slice(0, 1),
      choiceButton(turn, 'more', { kind: 'more', topic: topic.id }),
      ...links.slice(1),
    ],
  };
}

/** Everything else that a topic offers: its remaining aspects and its nearest relatives. */
export function offerMore(turn: Turn, topic: Topic): Reply {
  const context = renderContext(turn, vietnamDay(turn.now));
  const last = turn.session.topic === topic.id ? turn.session.aspect : null;
  const rest = nextAspects.filter(
    (aspect) => aspect !== last && availableAspects(topic, context).includes(aspect),
  );
  const relatives = (topic.related ?? []).flatMap((id) => {
    const relative = turn.library.topics.get(id);
    return relative !== undefined && isInForce(relative, context.day) ? [topicButton(turn, relative)] : [];
  });
  return {
    sections: [
      say(turn, 'answer.more', { topic: capitalise(inLanguage(topic.name.short, turn.session.language)) }),
    ],
    buttons: [
      ...rest.map((aspect) => aspectButton(turn, topic.id, aspect)),
      ...relatives.slice(0, 2),
      choiceButton(turn, 'officer', { kind: 'officer' }),
    ],
  };
}

function sectionText(turn: Turn, name: string, section: RenderedSection): string {
  const aspect = say(turn, `aspect.${section.aspect}.name`);
  const heading = section.aspect === 'overview' ? name : say(turn, 'answer.heading', { topic: name, aspect });
  return `${heading}\n${section.text}\n\n${section.sourceLine}`;
}
