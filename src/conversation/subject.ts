import { catalogueCode, catalogueTopic } from '../content/catalogue/catalogue-library.ts';
import {
  availableCatalogueAspects,
  catalogueButtons,
  catalogueTitle,
  findCurated,
  renderCatalogueSection,
  shortenName,
  type CatalogueContext,
} from '../content/catalogue/render-catalogue.ts';
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
import type { Button } from '../core/reply.ts';
import { renderContext, type Turn } from './turn.ts';

/** What an answer is about: a curated topic, or a procedure of the national catalogue behind it. */
export interface Subject {
  id: string;
  /** For buttons. */
  title: string;
  /** For headings and sentences. */
  name: string;
  /** Whether anything of it may be said today. */
  inForce: boolean;
  aspects(): Aspect[];
  /** What a part is called here when not by its usual name. */
  titleOf(aspect: Aspect): string | undefined;
  /** Undefined when nothing of the aspect may be said today. */
  section(aspect: Aspect): RenderedSection | undefined;
  links(): Button[];
  related: readonly string[];
}

/** The subject with this topic id as it stands today; a curated topic stands for the catalogue's procedure of its code. */
export function findSubject(turn: Turn, id: string): Subject | undefined {
  const code = catalogueCode(id);
  if (code === undefined) return curatedSubject(turn, id);
  const curated = findCurated(turn.library, code);
  return curated === undefined ? catalogueSubject(turn, code) : curatedSubject(turn, curated.id);
}

function curatedSubject(turn: Turn, id: string): Subject | undefined {
  const topic = turn.library.topics.get(id);
  if (topic === undefined) return undefined;
  const context = renderContext(turn, vietnamDay(turn.now));
  return {
    id,
    title: inLanguage(topic.title, context.language),
    name: capitalise(inLanguage(topic.name.short, context.language)),
    inForce: isInForce(topic, context.day),
    aspects: () => availableAspects(topic, context),
    titleOf: (aspect) => {
      const title = topic.titles?.[aspect];
      return title === undefined ? undefined : inLanguage(title, context.language);
    },
    section: (aspect) => renderSection(topic, aspect, context),
    links: () => contentButtons(topic, context),
    related: topic.related ?? [],
  };
}

function catalogueSubject(turn: Turn, code: string): Subject | undefined {
  const brief = turn.catalogue.read(code);
  if (brief === undefined) return undefined;
  const context: CatalogueContext = {
    ...renderContext(turn, vietnamDay(turn.now)),
    catalogue: turn.catalogue,
  };
  return {
    id: catalogueTopic(code),
    title: catalogueTitle(brief),
    name: shortenName(brief.name),
    inForce: true,
    aspects: () => availableCatalogueAspects(brief, context),
    titleOf: () => undefined,
    section: (aspect) => renderCatalogueSection(brief, aspect, context),
    links: () => catalogueButtons(brief, context),
    related: [],
  };
}
