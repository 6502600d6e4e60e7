import { randomUUID } from 'node:crypto';
import { createHandoverDesk, type HandoverDesk } from '../../src/conversation/handover-desk.ts';
import { addressContext } from '../../src/conversation/perform-effect.ts';
import type { InboundEvent } from '../../src/core/event.ts';
import type { HandoverMoment } from '../../src/core/handover.ts';
import type { Interaction } from '../../src/core/interaction.ts';
import type { Channel, Queue, QueueItem } from '../../src/core/ports.ts';
import type { OutboundMessage, Reply } from '../../src/core/reply.ts';
import { maskText } from '../../src/privacy/mask-text.ts';
import type { Database } from '../../src/storage/sql/database.ts';
import { createHandoverStore } from '../../src/storage/sql/handover-store.ts';
import { createInteractionStore } from '../../src/storage/sql/interaction-store.ts';
import { silentLogger } from '../services/silent-logger.ts';
import { anInteraction, testBox } from '../services/storage-fixtures.ts';

/** A desk over a database, and citizens to put before it; what goes out and in is kept instead of queued. */
export interface WaitingCitizens {
  desk: HandoverDesk;
  sent: QueueItem<OutboundMessage>[];
  told: InboundEvent[];
  /** A citizen asks for an officer, in these words; returns the hand-over's id. */
  ask(given?: Partial<HandoverMoment> & { words?: string }): Promise<string>;
  /** The citizen of a hand-over goes on writing, or something else is logged of the conversation. */
  log(id: string, given: Partial<Interaction>): Promise<string>;
}

export function createWaitingCitizens(database: Database): WaitingCitizens {
  const handovers = createHandoverStore(database);
  const interactions = createInteractionStore(database);
  const sent: QueueItem<OutboundMessage>[] = [];
  const told: InboundEvent[] = [];
  const channel = { name: 'web', format: (reply: Reply) => reply.sections } as unknown as Channel;
  const outbound = {
    async put(items: readonly QueueItem<OutboundMessage>[]) {
      const fresh = items.filter(({ id }) => !sent.some((item) => item.id === id));
      sent.push(...fresh);
      return { stored: fresh.length, duplicates: items.length - fresh.length };
    },
  } as unknown as Queue<OutboundMessage>;
  const desk = createHandoverDesk({
    ...{ handovers, outbound, maskText, box: testBox },
    channels: new Map([['web', channel]]),
    accept: async (event) => void told.push(event),
    clock: { now: () => new Date() },
    logger: silentLogger,
  });
  return {
    ...{ desk, sent, told },
    async ask({ words = 'cho tôi gặp cán bộ', ...given } = {}) {
      const now = Date.now();
      const inHours = (hours: number) => new Date(now + hours * 3_600_000).toISOString();
      const citizen = given.citizen ?? randomUUID();
      const moment: HandoverMoment = {
        ...{ id: randomUUID(), unitId: 'thu-nghiem', channel: 'web', citizen, reason: 'asked', test: false },
        ...{ at: inHours(0), windowUntil: inHours(24), silentUntil: inHours(12) },
        address: testBox.seal(Buffer.from('nguoi-dung-cua-nen-tang'), addressContext(citizen)),
        ...given,
      };
      await interactions.append([
        anInteraction({
          ...{ id: moment.id, unitId: moment.unitId, channel: moment.channel, citizen, test: moment.test },
          ...{ receivedAt: moment.at, handledAt: moment.at, decision: 'handover', topic: 'talk-to-officer' },
          ...{ maskedText: words, replyText: 'Đã báo cán bộ.' },
        }),
      ]);
      await handovers.open(moment);
      return moment.id;
    },
    async log(id, given) {
      const entry = await handovers.read(id);
      const at = new Date().toISOString();
      const exchange = anInteraction({
        ...{ unitId: entry?.unitId ?? '', citizen: entry?.citizen ?? '', receivedAt: at, handledAt: at },
        ...{ decision: 'silent', topic: null, replyText: '' },
        ...given,
      });
      await interactions.append([exchange]);
      return exchange.id;
    },
  };
}
