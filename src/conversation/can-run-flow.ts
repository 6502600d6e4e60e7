import type { Flow } from '../content/library.ts';
import { findSubject } from './subject.ts';
import type { Turn } from './turn.ts';

/**
 * Whether a guided flow leads to anything today. A checklist lives on the papers of its topics: before a topic is in
 * force, and after a law has ended whose successor nobody has read yet, there are none, and its questions would rest on
 * what no longer holds.
 */
export function canRunFlow(turn: Turn, flow: Flow): boolean {
  if (flow.kind !== 'prepare') return true;
  return flow.topics.some((id) => findSubject(turn, id)?.aspects().includes('documents') === true);
}
