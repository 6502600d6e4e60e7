import type { Library } from '../../content/library.ts';
import type { RenderContext } from '../../content/render-block.ts';
import { availableAspects, renderSection } from '../../content/render-topic.ts';
import type { Translator } from '../../content/translator.ts';
import type { Unit } from '../../content/library.ts';
import { vietnamDay } from '../../core/clock.ts';
import type { Clock } from '../../core/ports.ts';
import type { PrepareAnswer } from './officer-desk.ts';

/** Approved content as texts for officers: what the bot itself would say today, with what it rests on. */
export function createPreparedAnswers({
  library,
  clock,
  t,
}: {
  library: () => Library;
  clock: Clock;
  t: Translator;
}): { prepareAnswer: PrepareAnswer; listTopics: (unit: Unit) => { id: string; name: string }[] } {
  const contextOf = (unit: Unit, language: string): RenderContext => ({
    library: library(),
    unit,
    day: vietnamDay(clock.now()),
    language: language === 'en' ? 'en' : 'vi',
    t,
  });
  return {
    prepareAnswer(unit, topicId, aspect, language) {
      const topic = library().topics.get(topicId);
      const section =
        topic === undefined ? undefined : renderSection(topic, aspect, contextOf(unit, language));
      return section === undefined ? undefined : `${section.text}\n\n${section.sourceLine}`;
    },
    listTopics(unit) {
      const context = contextOf(unit, 'vi');
      return [...library().topics.values()]
        .filter((topic) => availableAspects(topic, context).length > 0)
        .map(({ id, name }) => ({ id, name: name.short.vi }))
        .sort((one, other) => one.name.localeCompare(other.name, 'vi'));
    },
  };
}
