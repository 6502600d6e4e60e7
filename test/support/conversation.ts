import { join } from 'node:path';
import { emptyCatalogue, type CatalogueLibrary } from '../../src/content/catalogue/catalogue-library.ts';
import { loadLibrary } from '../../src/content/load-library.ts';
import { loadTranslator } from '../../src/content/translator.ts';
import type { Library } from '../../src/content/library.ts';
import type { Translator } from '../../src/content/translator.ts';
import { interactionId } from '../../src/conversation/interaction-id.ts';
import { respond } from '../../src/conversation/respond.ts';
import type { Plan } from '../../src/conversation/turn.ts';
import type { EventContent } from '../../src/core/event.ts';
import type { OutreachMark } from '../../src/core/outreach.ts';
import { newSession, type SessionState } from '../../src/core/session.ts';
import type { Understanding } from '../../src/core/understood.ts';
import { loadModel, projectDir } from './model.ts';

/** Content, model and texts as the server loads them, with units whose facts are confirmed. */
export interface World {
  library: Library;
  understanding: Understanding;
  t: Translator;
}

/** Content and texts alone: the model takes seconds to train. */
export async function loadContent(): Promise<Omit<World, 'understanding'>> {
  const contentDir = join(projectDir, 'content');
  return {
    library: await loadLibrary(contentDir, join(projectDir, 'test/fixtures/conversation-units')),
    t: await loadTranslator(join(contentDir, 'locales')),
  };
}

export async function loadWorld(): Promise<World> {
  return { ...(await loadContent()), understanding: loadModel() };
}

/** Friday 20 November 2026, nine in the morning in Vietnam. */
export const usualNow = new Date('2026-11-20T09:00:00+07:00');

/** One citizen talking: keeps the session between events as the server does. */
export class Talk {
  readonly #world: World;
  readonly #unitId: string;
  readonly #catalogue: CatalogueLibrary;
  #count = 0;
  session: SessionState;
  now: Date;
  /** Buttons of all replies so far, newest last. */
  readonly shown: Plan['reply']['buttons'] = [];

  constructor(world: World, options: { unitId?: string; now?: Date; catalogue?: CatalogueLibrary } = {}) {
    this.#world = world;
    this.#unitId = options.unitId ?? 'thu-nghiem';
    this.#catalogue = options.catalogue ?? emptyCatalogue;
    this.now = options.now ?? usualNow;
    this.session = newSession(this.now);
  }

  wait(minutes: number): void {
    this.now = new Date(this.now.getTime() + minutes * 60_000);
  }

  /** `outreach` is the item that the event comes through. */
  send(content: EventContent, outreach?: OutreachMark): Plan {
    const unit = this.#world.library.units.get(this.#unitId);
    if (unit === undefined) throw new Error(`no unit ${this.#unitId}`);
    this.#count += 1;
    const event = {
      channel: 'web',
      unitId: this.#unitId,
      eventId: `event-${this.#count}`,
      userId: 'citizen',
      occurredAt: this.now.toISOString(),
      receivedAt: this.now.toISOString(),
      content,
    };
    const plan = respond({
      event,
      session: this.session,
      unit,
      now: this.now,
      catalogue: this.#catalogue,
      outreach,
      ...this.#world,
    });
    this.session = { ...plan.session, lastEventId: event.eventId, lastInteractionId: interactionId(event) };
    this.shown.push(...plan.reply.buttons);
    return plan;
  }

  say(text: string): Plan {
    return this.send({ kind: 'text', text });
  }

  /** Presses the newest button with this title. */
  press(title: string): Plan {
    const button = this.shown.findLast((one) => one.title === title && one.kind === 'choice');
    if (button?.kind !== 'choice') {
      throw new Error(`no button "${title}" among: ${this.shown.map((one) => one.title).join(' | ')}`);
    }
    return this.send({ kind: 'choice', payload: button.payload, title });
  }
}

/** All that a citizen reads of a reply. */
export function textOf(plan: Plan): string {
  return plan.reply.sections.join('\n\n');
}
