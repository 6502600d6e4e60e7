/** The parts of a topic that a citizen may ask about, in the order in which answers list them. */
export const aspects = [
  'overview',
  'documents',
  'steps',
  'fee',
  'time',
  'place',
  'online',
  'form',
  'conditions',
  'result',
  'legal',
] as const;

export type Aspect = (typeof aspects)[number];

export function isAspect(value: unknown): value is Aspect {
  return typeof value === 'string' && (aspects as readonly string[]).includes(value);
}
