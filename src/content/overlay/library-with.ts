import type { Library } from '../library.ts';
import type { ContentChange } from './content-change.ts';

/** The library as it would be with a change, for a preview; nothing is checked. */
export function libraryWith(library: Library, change: ContentChange): Library {
  if (change.kind === 'unit-fact') {
    const unit = library.units.get(change.unit);
    if (unit === undefined) return library;
    return { ...library, units: new Map(library.units).set(unit.id, { ...unit, [change.fact]: change.value }) };
  }
  const topic = library.topics.get(change.topic);
  if (topic === undefined) return library;
  const replaced = new Set(change.sources.map(({ id }) => id));
  const { reviewed, reviewed_by, review_by } = change;
  return {
    ...library,
    topics: new Map(library.topics).set(topic.id, {
      ...topic,
      sections: { ...topic.sections, [change.aspect]: change.entries },
      sources: [...topic.sources.filter(({ id }) => !replaced.has(id)), ...change.sources],
      ...{ reviewed, reviewed_by, review_by },
    }),
  };
}
