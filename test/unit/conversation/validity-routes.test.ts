import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from '@jest/globals';
import { parse } from 'yaml';
import { aCatalogue, aRecord } from '../content/catalogue/dump-fixture.ts';
import { catalogueTopic, type CatalogueLibrary } from '../../../src/content/catalogue/catalogue-library.ts';
import { listChangeDays } from '../../../src/content/change-days.ts';
import { createClaimFinder, findClaimsOn } from '../../../src/content/check/check-outdated-claims.ts';
import type { Library, Topic } from '../../../src/content/library.ts';
import { outdatedClaimsSchema } from '../../../src/content/outdated-claims-schema.ts';
import type { Validity } from '../../../src/content/topic-schema.ts';
import { decodeChoice, encodeChoice, type Choice } from '../../../src/conversation/payload.ts';
import type { Plan } from '../../../src/conversation/turn.ts';
import { aspects } from '../../../src/core/aspect.ts';
import { addDays } from '../../../src/core/clock.ts';
import type { Language } from '../../../src/core/session.ts';
import { loadWorld, Talk, textOf, type World } from '../../support/conversation.ts';
import { projectDir } from '../../support/model.ts';

const firstDay = '2025-01-01';
const lastDay = '2028-12-31';
const languages: readonly Language[] = ['vi', 'en'];

/** When a line may be said: the days of its entry within those of its topic. */
type Span = { from: string; until: string };

let world: World;
let findClaims: ReturnType<typeof createClaimFinder>;
/** Every line of every entry, by topic and in all. */
let spansByTopic: Map<string, Map<string, Span[]>>;
let spansAnywhere: Map<string, Span[]>;

beforeAll(async () => {
  world = await loadWorld();
  const claims: unknown = parse(readFileSync(join(projectDir, 'content/outdated-claims.yaml'), 'utf8'));
  const find = createClaimFinder(outdatedClaimsSchema.parse(claims));
  const known = new Map<string, ReturnType<typeof find>>();
  findClaims = (text) => {
    const found = known.get(text) ?? find(text);
    known.set(text, found);
    return found;
  };
  indexLines(world.library);
}, 240_000);

function indexLines(library: Library): void {
  spansByTopic = new Map();
  spansAnywhere = new Map();
  for (const topic of library.topics.values()) {
    const own = new Map<string, Span[]>();
    spansByTopic.set(topic.id, own);
    for (const entry of Object.values(topic.sections).flat()) {
      const span = within(
        spanOf(topic.status === 'published' ? topic.valid : { until: '1900-01-01' }),
        spanOf(entry.valid),
      );
      for (const text of [entry.text?.vi, entry.text?.en]) {
        for (const line of linesOf(text ?? '')) {
          for (const index of [own, spansAnywhere]) index.set(line, [...(index.get(line) ?? []), span]);
        }
      }
    }
  }
}

function spanOf(validity: Validity | undefined): Span {
  return { from: validity?.from ?? firstDay, until: validity?.until ?? '2999-12-31' };
}

function within(one: Span, other: Span): Span {
  return {
    from: one.from > other.from ? one.from : other.from,
    until: one.until < other.until ? one.until : other.until,
  };
}

/** Lines long enough to be known again, also without the heading that a checklist puts before them. */
function linesOf(text: string): string[] {
  return text
    .split('\n')
    .map((line) => line.trim())
    .flatMap((line) => [line, ...(/^[^:]{3,40}: (.+)$/u.exec(line)?.slice(1) ?? [])])
    .filter((line) => line.length >= 12);
}

/** What of a reply may not be said on its day: lines outside their dates, and claims that are wrong by then. */
function faultsOf(plan: Plan, day: string, route: string): string[] {
  const text = textOf(plan);
  const own = plan.topic === null ? undefined : spansByTopic.get(plan.topic);
  const outside = linesOf(text).filter((line) => {
    const spans = own?.get(line) ?? spansAnywhere.get(line);
    return spans !== undefined && !spans.some(({ from, until }) => from <= day && day <= until);
  });
  const wrong = findClaimsOn(findClaims, text, day).map(({ claim, sentence }) => `${claim.id}: ${sentence}`);
  return [...outside, ...wrong].map((fault) => `${day} ${route}: ${fault}`);
}

/** Buttons of a reply that lead to a topic or a part of it that may not be said on the day. */
function deadEnds(plan: Plan, day: string, route: string): string[] {
  return plan.reply.buttons.flatMap((button) => {
    const choice = button.kind === 'choice' ? decodeChoice(button.payload) : undefined;
    if (choice === undefined || !('topic' in choice)) return [];
    const topic = world.library.topics.get(choice.topic);
    if (topic === undefined) return [];
    const { from, until } = spanOf(topic.valid);
    const isDead = topic.status !== 'published' || day < from || day > until;
    const parts = choice.kind === 'aspect' ? (topic.sections[choice.aspect] ?? []) : undefined;
    const isEmpty =
      parts?.every(({ valid }) => day < spanOf(valid).from || day > spanOf(valid).until) === true;
    return isDead || isEmpty ? [`${day} ${route}: button ${button.title}`] : [];
  });
}

function gridOf(topic: Topic): string[] {
  return gridOfDays(listChangeDays(topic, world.library));
}

function gridOfDays(changes: readonly string[]): string[] {
  const around = changes.flatMap((day) => [addDays(day, -1), day]);
  return [...new Set([firstDay, ...around, lastDay])]
    .filter((day) => day >= firstDay && day <= lastDay)
    .sort();
}

/** The days on which anything at all changes, from the first to the last. */
function gridOfAll(): string[] {
  return gridOfDays(
    [...world.library.topics.values()].flatMap((topic) => listChangeDays(topic, world.library)),
  );
}

function talkOn(day: string, language: Language = 'vi', catalogue?: CatalogueLibrary): Talk {
  const now = new Date(`${day}T09:00:00+07:00`);
  const talk = new Talk(world, catalogue === undefined ? { now } : { now, catalogue });
  talk.session = { ...talk.session, language, introduced: true };
  return talk;
}

function press(talk: Talk, choice: Choice): Plan {
  return talk.send({ kind: 'choice', payload: encodeChoice(choice), title: '' });
}

describe('nothing is said outside its dates, whatever the way to it', () => {
  it('by the button of an old message, for every topic, part and language', () => {
    let shown = 0;
    const faults = [...world.library.topics.values()].flatMap((topic) =>
      gridOf(topic).flatMap((day) =>
        languages.flatMap((language) => {
          const talk = talkOn(day, language);
          const choices: Choice[] = [
            { kind: 'topic', topic: topic.id },
            { kind: 'more', topic: topic.id },
            ...aspects.map((aspect): Choice => ({ kind: 'aspect', topic: topic.id, aspect })),
          ];
          return choices.flatMap((choice) => {
            const plan = press(talk, choice);
            shown += 1;
            const route = `${language} ${encodeChoice(choice)}`;
            return [...faultsOf(plan, day, route), ...deadEnds(plan, day, route)];
          });
        }),
      ),
    );
    expect(faults).toEqual([]);
    expect(shown).toBeGreaterThan(10_000);
  });

  it('by its name, in Vietnamese and in English', () => {
    const faults = [...world.library.topics.values()].flatMap((topic) =>
      gridOf(topic).flatMap((day) =>
        languages.flatMap((language) => {
          const name = (language === 'en' ? topic.name.short.en : undefined) ?? topic.name.short.vi;
          return faultsOf(talkOn(day, language).say(name), day, `${language} "${name}"`);
        }),
      ),
    );
    expect(faults).toEqual([]);
  });

  it('by the menu, by going back, and by what is asked of look-alikes', () => {
    const confusable = parse(readFileSync(join(projectDir, 'intents/confusable.yaml'), 'utf8')) as {
      sets: { ask: string[] }[];
    };
    const faults = gridOfAll().flatMap((day) => {
      const menu = press(talkOn(day), { kind: 'menu' });
      const talk = talkOn(addDays(day, -1));
      press(talk, { kind: 'topic', topic: 'birth-registration' });
      press(talk, { kind: 'topic', topic: 'marriage-registration' });
      talk.now = new Date(`${day}T00:00:00+07:00`);
      const back = press(talk, { kind: 'back' });
      const asked = confusable.sets
        .flatMap(({ ask }) => ask.slice(0, 1))
        .map((words) => talkOn(day).say(words));
      return [
        ...deadEnds(menu, day, 'menu'),
        ...faultsOf(menu, day, 'menu'),
        ...faultsOf(back, day, 'back'),
        ...asked.flatMap((plan) => faultsOf(plan, day, 'look-alikes')),
      ];
    });
    expect(faults).toEqual([]);
  });

  it("by the office's clock: hours, days off and what is asked of them", () => {
    const questions = [
      'mấy giờ mở cửa',
      'hôm nay có làm việc không',
      'mai có làm việc không',
      'chiều thứ bảy có làm không',
      'tết nghỉ mấy ngày',
    ];
    const faults = gridOfAll().flatMap((day) =>
      questions.flatMap((question) => {
        const plan = talkOn(day).say(question);
        expect({ day, question, topic: plan.topic }).toEqual({ day, question, topic: 'office' });
        return [...faultsOf(plan, day, question), ...deadEnds(plan, day, question)];
      }),
    );
    expect(faults).toEqual([]);
  });

  it('by a guided flow, whichever answers are given', () => {
    let results = 0;
    const walk = (talk: Talk, plan: Plan, day: string, route: string): string[] => {
      const answers = plan.reply.buttons.flatMap((button) => {
        const choice = button.kind === 'choice' ? decodeChoice(button.payload) : undefined;
        return choice?.kind === 'flow-answer' ? [choice] : [];
      });
      const here = [
        ...faultsOf(plan, day, route),
        ...(answers.length === 0 ? deadEnds(plan, day, route) : []),
      ];
      if (answers.length === 0) results += 1;
      const { session } = talk;
      return answers.reduce<string[]>((faults, choice) => {
        talk.session = session;
        const next = press(talk, choice);
        return [...faults, ...walk(talk, next, day, `${route} ${choice.option}`)];
      }, here);
    };
    const faults = [...world.library.flows.values()].flatMap((flow) => {
      const topics = flow.topics.flatMap((id) => world.library.topics.get(id) ?? []);
      const days = gridOfDays(topics.flatMap((topic) => listChangeDays(topic, world.library)));
      return days.flatMap((day) => {
        const talk = talkOn(day);
        return walk(talk, press(talk, { kind: 'flow', flow: flow.id }), day, flow.id);
      });
    });
    expect(faults).toEqual([]);
    expect(results).toBeGreaterThan(200);
  });

  it('offers no checklist of papers that a new law may have changed', () => {
    const start: Choice = { kind: 'flow', flow: 'prepare-birth' };
    expect(textOf(press(talkOn('2027-02-28'), start))).toBe('Khai sinh cho ai?');
    const plan = press(talkOn('2027-03-01'), start);
    expect(textOf(plan)).toContain('03/2026/QH16');
    expect(textOf(plan)).not.toContain('Khai sinh cho ai?');
    const shown = press(talkOn('2027-03-01'), { kind: 'topic', topic: 'birth-registration' });
    expect(
      shown.reply.buttons.filter(
        ({ kind, ...button }) => kind === 'choice' && 'payload' in button && button.payload.startsWith('f:'),
      ),
    ).toEqual([]);
  });

  it('by the catalogue: not around a curated topic, not before its copy, not after a law behind it has ended', () => {
    const law = [...world.library.legal.values()].find(({ number }) => number === '60/2014/QH13');
    expect(law?.effective_to).toBe('2027-02-28');
    const catalogue = aCatalogue([
      aRecord({ ma_thu_tuc: '1.001193', ten_thu_tuc: 'Thủ tục đăng ký khai sinh' }),
      aRecord({ can_cu_phap_ly: 'Tên văn bản pháp lýMã văn bảnLuật Hộ tịch60/2014/QH13' }),
    ]);
    const documentsOn = (code: string, day: string) => {
      const choice: Choice = { kind: 'aspect', topic: catalogueTopic(code), aspect: 'documents' };
      return textOf(press(talkOn(day, 'vi', catalogue), choice));
    };
    for (const day of ['2025-12-31', '2026-11-29', '2027-03-01', '2028-12-31']) {
      expect(documentsOn('1.001193', day)).not.toContain('thả diều');
    }
    expect(documentsOn('9.000001', '2026-07-19')).not.toContain('Đơn xin thả diều');
    expect(documentsOn('9.000001', '2027-02-28')).toContain('Đơn xin thả diều');
    expect(documentsOn('9.000001', '2027-03-01')).not.toContain('Đơn xin thả diều');
    expect(documentsOn('9.000001', '2028-12-31')).not.toContain('Đơn xin thả diều');
  });
});
