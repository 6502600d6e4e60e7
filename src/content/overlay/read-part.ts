import type { Library } from '../library.ts';
import type { ContentChange } from './content-change.ts';

/** What the content says now of the part that a change replaces; null where it says nothing. */
export function readPart(library: Library, change: ContentChange): unknown {
  if (change.kind === 'section') {
    const topic = library.topics.get(change.topic);
    const entries = topic?.sections[change.aspect];
    if (topic === undefined || entries === undefined) return null;
    const { sources, reviewed, reviewed_by: reviewedBy, review_by: reviewBy } = topic;
    return { entries, sources, reviewed, reviewed_by: reviewedBy, review_by: reviewBy };
  }
  return library.units.get(change.unit)?.[change.fact] ?? null;
}
