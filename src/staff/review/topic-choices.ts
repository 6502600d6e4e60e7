import type { Library } from '../../content/library.ts';
import { aspects } from '../../core/aspect.ts';
import type { Choice } from '../components.ts';
import { categoryName } from '../log-words.ts';
import type { StaffText } from '../staff-text.ts';

/** Curated topics by field and name; those of `first` stand on top. */
export function topicChoices(library: Library, first: readonly string[], t: StaffText): Choice[] {
  const topics = [...library.topics.values()].map(({ id, field, name }) => ({
    value: id,
    label: `${field}: ${name.full.vi}`,
  }));
  topics.sort((one, other) => one.label.localeCompare(other.label, 'vi'));
  const preferred = [...new Set(first)].flatMap((id) => topics.filter(({ value }) => value === id));
  return [
    { value: '', label: t('staff-review:choose_topic') },
    ...preferred,
    ...topics.filter(({ value }) => !first.includes(value)),
  ];
}

/** Parts of a topic, and none. */
export function aspectChoices(t: StaffText): Choice[] {
  return [
    { value: '', label: t('staff-review:any_aspect') },
    ...aspects.map((value) => ({ value, label: t(`bot:aspect.${value}.name`) })),
  ];
}

/** What a topic, a category or a decision is called, for officers. */
export function nameExpectation(library: Library, expected: string, t: StaffText): string {
  const topic = library.topics.get(expected);
  if (topic !== undefined) return topic.name.full.vi;
  if (expected.startsWith('sensitive:')) {
    return t('staff-review:sensitive_of', { category: categoryName(expected.slice('sensitive:'.length), t) });
  }
  return t.has(`staff-review:expected.${expected}`) ? t(`staff-review:expected.${expected}`) : expected;
}

/** What the bot did with a question, in words: "Trả lời: Làm hộ chiếu". */
export function describeDecision(
  library: Library,
  { decision, topic }: { decision: string; topic: string | null },
  t: StaffText,
): string {
  const key = `staff-review:decision.${decision}`;
  const did = t.has(key) ? t(key) : decision;
  return topic === null || topic === '' ? did : `${did}: ${nameExpectation(library, topic, t)}`;
}
