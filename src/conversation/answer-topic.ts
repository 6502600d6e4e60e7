import { isConfirmed } from '../content/local-fact.ts';
import { inLanguage } from '../content/render-block.ts';
import type { RenderedSection } from '../content/render-topic.ts';
import type { Aspect } from '../core/aspect.ts';
import type { Reply } from '../core/reply.ts';
import { aspectButton, choiceButton, flowButtons, portalButton, topicButton } from './buttons.ts';
import { findSubject, type Subject } from './subject.ts';
import { say, type Turn } from './turn.ts';

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

/** The parts of a subject that have something to say, beside its overview, most asked first. */
export function mostAskedAspects(subject: Subject): Aspect[] {
  const available = subject.aspects();
  return nextAspects.filter((aspect) => available.includes(aspect));
}

/** The channel with the fewest shows five buttons; two are kept for the link and for "more". */
const aspectButtonsAtMost = 3;

/** The answer about a topic: the asked aspects (the overview when none is asked), its source, and the next steps. */
export function answerTopic(turn: Turn, subject: Subject, asked: readonly Aspect[]): Reply {
  const { name } = subject;
  if (!subject.inForce) {
    return {
      sections: [say(turn, 'answer.not_in_force', { topic: name })],
      buttons: [portalButton(turn), choiceButton(turn, 'officer', { kind: 'officer' })],
    };
  }
  const wanted: readonly Aspect[] = asked.length === 0 ? ['overview'] : asked;
  const rendered = wanted.map((aspect) => ({ aspect, section: subject.section(aspect) }));
  const overview = subject.section('overview');
  // Of a part that nobody confirmed the citizen hears at least what is known of the whole.
  const isAllUnknown = rendered.every(({ section }) => section === undefined);
  const sections = [
    ...rendered.map(({ aspect, section }) =>
      section === undefined
        ? say(turn, 'answer.aspect_unknown', { aspect: nameOf(turn, subject, aspect) })
        : sectionText(turn, subject, section),
    ),
    ...(isAllUnknown && overview !== undefined ? [sectionText(turn, subject, overview)] : []),
    ...ownWaysToTrack(turn, subject),
  ];
  const others = mostAskedAspects(subject).filter((aspect) => !wanted.includes(aspect));
  const links = subject.links();
  const flows = flowButtons(turn, subject.id).slice(0, 1);
  return {
    sections,
    buttons: [
      ...others
        .slice(0, aspectButtonsAtMost - flows.length)
        .map((aspect) => aspectButton(turn, subject, aspect)),
      ...flows,
      ...links.slice(0, 1),
      choiceButton(turn, 'more', { kind: 'more', topic: subject.id }),
      ...links.slice(1),
    ],
  };
}

/** Ways of tracking a file that the unit has confirmed, beside the national portal. */
function ownWaysToTrack(turn: Turn, subject: Subject): string[] {
  if (subject.id !== 'track-application') return [];
  return (turn.unit.tracking ?? [])
    .filter(isConfirmed)
    .map(({ text }) => inLanguage(text, turn.session.language));
}

/** Everything else that a topic offers: its remaining aspects and its nearest relatives. */
export function offerMore(turn: Turn, subject: Subject): Reply {
  const last = turn.session.topic === subject.id ? turn.session.aspect : null;
  const rest = mostAskedAspects(subject).filter((aspect) => aspect !== last);
  const relatives = subject.related.flatMap((id) => {
    const relative = findSubject(turn, id);
    return relative?.inForce === true ? [topicButton(relative)] : [];
  });
  return {
    sections: [say(turn, 'answer.more', { topic: subject.name })],
    buttons: [
      ...rest.map((aspect) => aspectButton(turn, subject, aspect)),
      ...relatives.slice(0, 2),
      choiceButton(turn, 'officer', { kind: 'officer' }),
    ],
  };
}

function nameOf(turn: Turn, subject: Subject, aspect: Aspect): string {
  return subject.titleOf(aspect) ?? say(turn, `aspect.${aspect}.name`);
}

function sectionText(turn: Turn, subject: Subject, section: RenderedSection): string {
  const { name } = subject;
  const aspect = nameOf(turn, subject, section.aspect);
  const heading = section.aspect === 'overview' ? name : say(turn, 'answer.heading', { topic: name, aspect });
  return `${heading}\n${section.text}\n\n${section.sourceLine}`;
}
