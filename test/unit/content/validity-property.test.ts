import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { beforeAll, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { parse } from 'yaml';
import { listChangeDays } from '../../../src/content/change-days.ts';
import { createClaimFinder, findClaimsOn } from '../../../src/content/check/check-outdated-claims.ts';
import type { Library, Topic, Unit } from '../../../src/content/library.ts';
import { readContent } from '../../../src/content/load-library.ts';
import { outdatedClaimsSchema } from '../../../src/content/outdated-claims-schema.ts';
import {
  availableAspects,
  contentButtons,
  renderSection,
  type RenderedSection,
} from '../../../src/content/render-topic.ts';
import type { SectionEntry, Validity } from '../../../src/content/topic-schema.ts';
import { loadTranslator, type Translator } from '../../../src/content/translator.ts';
import { unitSchema } from '../../../src/content/unit-schema.ts';
import { aspects, type Aspect } from '../../../src/core/aspect.ts';
import { addDays } from '../../../src/core/clock.ts';
import type { Language } from '../../../src/core/session.ts';

const root = resolve(import.meta.dirname, '../../..');
const firstDay = '2025-01-01';
const lastDay = '2028-12-31';
const languages: readonly Language[] = ['vi', 'en'];

/** One rendering: where it came from and what came out. */
interface Rendering extends RenderedSection {
  topic: Topic;
  day: string;
  language: Language;
}

let library: Library;
let t: Translator;
let unit: Unit;
let findClaims: ReturnType<typeof createClaimFinder>;
let renderings: Rendering[];

beforeAll(async () => {
  const read = await readContent(join(root, 'content'), join(root, 'content/units'));
  t = await loadTranslator(join(root, 'content/locales'));
  // A unit that has confirmed all that a unit can, so that its facts are rendered too.
  unit = unitSchema.parse({
    id: 'sample',
    name: { vi: 'Trung tâm mẫu', en: 'Sample centre' },
    province: 'dong-nai',
    contacts: [
      {
        name: { vi: 'Tổng đài mẫu', en: 'Sample line' },
        kind: 'hotline-1022',
        phone: '02510000000',
        confirmed_by: 'Cán bộ mẫu',
        confirmed_on: '2026-11-01',
      },
    ],
    local_fees: {
      'birth-registration': {
        text: { vi: '5.000 đồng', en: '5,000 VND' },
        resolution: 'Nghị quyết mẫu',
        valid: { from: '2026-03-01', until: '2026-12-31' },
        confirmed_by: 'Cán bộ mẫu',
        confirmed_on: '2026-11-01',
      },
    },
  });
  library = { ...read.library, units: new Map([...read.library.units, [unit.id, unit]]) };
  const claims: unknown = parse(readFileSync(join(root, 'content/outdated-claims.yaml'), 'utf8'));
  findClaims = remember(createClaimFinder(outdatedClaimsSchema.parse(claims)));
  renderings = [...library.topics.values()].flatMap((topic) =>
    gridOf(topic).flatMap((day) =>
      languages.flatMap((language) =>
        aspects.flatMap((aspect) => {
          const section = render(topic, aspect, day, language);
          return section === undefined ? [] : [{ ...section, topic, day, language }];
        }),
      ),
    ),
  );
}, 60_000);

function render(topic: Topic, aspect: Aspect, day: string, language: Language): RenderedSection | undefined {
  return renderSection(topic, aspect, { library, unit, day, language, t });
}

/** The same text is rendered on many days: what it claims is found once. */
function remember<T>(find: (text: string) => T): (text: string) => T {
  const known = new Map<string, T>();
  return (text) => {
    const found = known.get(text) ?? find(text);
    known.set(text, found);
    return found;
  };
}

/** The day before and the day of each change, and both ends; the second test below shows that this is enough. */
function gridOf(topic: Topic): string[] {
  const around = listChangeDays(topic, library).flatMap((day) => [addDays(day, -1), day]);
  return [...new Set([firstDay, ...around, lastDay])].filter((day) => day >= firstDay && day <= lastDay).sort();
}

/** Written here again on purpose: the property must not lean on the code that it judges. */
function holds(validity: Validity | undefined, day: string): boolean {
  const from = validity?.from ?? '';
  const until = validity?.until ?? '9';
  return from <= day && day <= until;
}

function wordsOf(entry: SectionEntry, language: Language): string | undefined {
  return (language === 'en' ? (entry.text?.en ?? entry.text?.vi) : entry.text?.vi)?.trim();
}

describe('what may be said, by date', () => {
  it('covers every published topic, language and aspect that there is', () => {
    const topics = new Set(renderings.map(({ topic }) => topic.id));
    expect(topics.size).toBe([...library.topics.values()].filter(({ status }) => status === 'published').length);
    expect(new Set(renderings.map(({ aspect }) => aspect))).toEqual(new Set(aspects));
    expect(renderings.length).toBeGreaterThan(8_000);
  });

  it('changes only on the days that the grid is made of', () => {
    const topics = [...library.topics.values()];
    const changes = new Map(topics.map((topic) => [topic, listChangeDays(topic, library)]));
    const daysInRange = (Date.parse(lastDay) - Date.parse(firstDay)) / 86_400_000;
    fc.assert(
      fc.property(
        fc.constantFrom(...topics),
        fc.integer({ min: 0, max: daysInRange }),
        fc.constantFrom(...languages),
        (topic, offset, language) => {
          const day = addDays(firstDay, offset);
          const changed = changes.get(topic)?.findLast((edge) => edge <= day) ?? firstDay;
          const sayAll = (on: string) => [
            contentButtons(topic, { library, unit, language, t, day: on }),
            ...aspects.map((aspect) => render(topic, aspect, on, language)),
          ];
          expect(sayAll(day)).toEqual(sayAll(changed));
        },
      ),
      { numRuns: 400, seed: 20_261_122 },
    );
  });

  it('renders nothing outside its dates, and nothing of a draft', () => {
    const faults = renderings.flatMap(({ topic, aspect, day, language, text }) => {
      if (topic.status !== 'published' || !holds(topic.valid, day)) return [`${topic.id} ${day}`];
      const entries = topic.sections[aspect] ?? [];
      const said = entries.filter((entry) => holds(entry.valid, day)).map((entry) => wordsOf(entry, language));
      return entries
        .filter((entry) => !holds(entry.valid, day))
        .map((entry) => wordsOf(entry, language))
        .filter((words) => words !== undefined && text.includes(words) && !said.some((one) => one?.includes(words)))
        .map((words) => `${topic.id} ${aspect} ${day}: ${words ?? ''}`);
    });
    expect(faults).toEqual([]);
  });

  it('renders all that holds on the day', () => {
    const faults = renderings.flatMap(({ topic, aspect, day, language, text }) =>
      (topic.sections[aspect] ?? [])
        .filter((entry) => holds(entry.valid, day))
        .map((entry) => wordsOf(entry, language) ?? '')
        .filter((words) => !text.includes(words))
        .map((words) => `${topic.id} ${aspect} ${day}: ${words}`),
    );
    expect(faults).toEqual([]);
  });

  it('says nothing at all of a draft or of a topic outside its own dates', () => {
    const topic = library.topics.get('birth-registration');
    if (topic === undefined) throw new Error('birth-registration is gone');
    const context = { library, unit, day: '2026-11-22', language: 'vi' as const, t };
    const ended: Topic = { ...topic, valid: { until: '2026-11-21' } };
    const draft: Topic = { ...topic, status: 'draft' };
    for (const silent of [ended, draft]) {
      expect(availableAspects(silent, context)).toEqual([]);
      expect(contentButtons(silent, context)).toEqual([]);
      expect(renderSection(silent, 'overview', context)).toBeUndefined();
    }
  });

  it('makes no outdated claim on a day on which the claim is wrong', () => {
    const faults = renderings.flatMap(({ topic, aspect, day, text, sourceLine }) =>
      findClaimsOn(findClaims, `${text}\n${sourceLine}`, day).map(
        ({ claim, sentence }) => `${claim.id} ${topic.id} ${aspect} ${day}: ${sentence}`,
      ),
    );
    expect(faults).toEqual([]);
  });

  it('offers the waivers of 2026 only from 2026-08-15 to 2027-02-28', () => {
    const offer = /(có thể được (miễn|giảm)[^\n]*điều kiện|may be (waived|reduced|exempt))/iu;
    const offering = renderings.filter(({ text }) => offer.test(text) && /2027/.test(text));
    expect(new Set(offering.map(({ topic }) => topic.id)).size).toBeGreaterThan(5);
    expect(offering.map(({ day }) => day).sort()[0]).toBe('2026-08-15');
    expect(offering.map(({ day }) => day).sort().at(-1)).toBe('2027-02-28');
  });

  it('tells another linked-birth package from 2026-09-01 on', () => {
    const topic = library.topics.get('linked-birth-residence-insurance');
    if (topic === undefined) throw new Error('linked-birth-residence-insurance is gone');
    for (const [language, card] of [
      ['vi', /thẻ căn cước/iu],
      ['en', /identity card/iu],
    ] as const) {
      const before = render(topic, 'overview', '2026-08-31', language)?.text ?? '';
      const after = render(topic, 'overview', '2026-09-01', language)?.text ?? '';
      expect(before).not.toMatch(card);
      expect(after).toMatch(card);
      expect(before.length).toBeGreaterThan(100);
    }
  });

  it('says a confirmed local fee on its days only', () => {
    const topic = library.topics.get('birth-registration');
    if (topic === undefined) throw new Error('birth-registration is gone');
    const feeOn = (day: string) => render(topic, 'fee', day, 'vi')?.text ?? '';
    expect(feeOn('2026-12-31')).toContain('Nghị quyết mẫu');
    expect(feeOn('2027-01-01')).not.toContain('Nghị quyết mẫu');
    expect(feeOn('2026-02-28')).not.toContain('Nghị quyết mẫu');
  });

  it('fits every section into 900 characters', () => {
    const long = renderings.filter(({ text }) => text.length > 900);
    expect(long.map(({ topic, aspect, day, language, text }) => [topic.id, aspect, day, language, text.length])).toEqual(
      [],
    );
  });

  it('names in source lines only documents in force on that day', () => {
    const byName = new Map(
      [...library.legal.values()].map((document) => [`${document.kind} ${document.number}`, document]),
    );
    const named = new Set<string>();
    const faults = renderings.flatMap(({ topic, aspect, day, sourceLine }) => {
      const list = /^Căn cứ: (.*?)\. (?:Nguồn|Rà soát)/u.exec(sourceLine)?.[1];
      return (list?.split('; ') ?? []).flatMap((name) => {
        named.add(name);
        const document = byName.get(name.charAt(0).toLowerCase() + name.slice(1));
        const from = document?.effective_from ?? document?.issued_on ?? '';
        const until = document?.effective_to ?? (document?.status === 'expired' ? '' : '9');
        const inForce = document !== undefined && document.status !== 'unknown' && from <= day && day <= until;
        return inForce ? [] : [`${topic.id} ${aspect} ${day}: ${name}`];
      });
    });
    expect(named.size).toBeGreaterThan(50);
    expect(faults).toEqual([]);
  });
});
