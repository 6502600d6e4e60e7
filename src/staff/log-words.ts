import type { Interaction } from '../core/interaction.ts';
import { tag } from './components.ts';
import type { Html } from './html.ts';
import type { StaffText } from './staff-text.ts';

/** What the bot does with a message, in the order in which lists offer them. */
export const decisions = [
  'answer',
  'clarify',
  'fallback',
  'handover',
  'sensitive',
  'smalltalk',
  'unsupported',
  'silent',
] as const satisfies readonly Interaction['decision'][];

const tones: Partial<Record<Interaction['decision'], 'good' | 'warn' | 'bad'>> = {
  answer: 'good',
  clarify: 'warn',
  fallback: 'bad',
};

/** A decision in a word. */
export function decisionTag(decision: Interaction['decision'], t: StaffText): Html {
  return tag(t(`decision.${decision}`), tones[decision] ?? 'plain');
}

/** A channel as people call it. */
export function channelName(channel: string, t: StaffText): string {
  return t.has(`channel.${channel}`) ? t(`channel.${channel}`) : channel;
}

/** A part of a topic as answers call it. */
export function aspectName(aspect: string, t: StaffText): string {
  return t.has(`bot:aspect.${aspect}.name`) ? t(`bot:aspect.${aspect}.name`) : aspect;
}

/** A category of sensitive messages; one that a file added is shown by its id. */
export function categoryName(category: string, t: StaffText): string {
  const key = `staff-review:category.${category}`;
  return t.has(key) ? t(key) : category;
}

/** A citizen in a list: the beginning of the pseudonym tells people apart without saying who they are. */
export function shortCitizen(citizen: string): string {
  return citizen.slice(0, 8);
}
