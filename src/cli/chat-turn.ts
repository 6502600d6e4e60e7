import { setTimeout as sleep } from 'node:timers/promises';
import { z } from 'zod';
import type { WebMessage } from '../channels/web/mailbox.ts';
import type { Services } from '../compose.ts';
import { readInput, type OperationResult } from '../control/operation.ts';
import { interactionId } from '../conversation/handle-events.ts';
import { AppError } from '../core/errors.ts';
import type { InboundEvent } from '../core/event.ts';

const chatInput = z.strictObject({
  visitor: z.string().min(1).max(64),
  unit: z.string(),
  eventId: z.string().min(1).max(64),
  after: z.number().int(),
  content: z.union([
    z.strictObject({ kind: z.literal('text'), text: z.string() }),
    z.strictObject({ kind: z.literal('choice'), payload: z.string(), title: z.string() }),
    z.strictObject({ kind: z.literal('start') }),
  ]),
});

/** What the terminal shows of one turn. */
export interface ChatTurn {
  messages: WebMessage[];
  decision: string;
  topic: string | null;
  aspect: string | null;
  confidence: number | null;
  candidates: { topic: string; score: number }[];
  explanation: { code: string; text: string; weight?: number }[];
}

const pollMs = 25;
const waitAtMostMs = 20_000;

/** One message of the terminal through the whole pipeline: queue, decision, outbound queue, mailbox. */
export async function chatTurn(services: Services, input: unknown): Promise<OperationResult> {
  const { visitor, unit, eventId, after, content } = readInput(chatInput, input);
  if (!services.library().units.has(unit)) {
    throw new AppError('not-found', `Không có đơn vị "${unit}" trong content/units.`);
  }
  const now = services.clock.now().toISOString();
  const event: InboundEvent = {
    channel: 'web',
    unitId: unit,
    eventId,
    userId: visitor,
    occurredAt: now,
    receivedAt: now,
    content,
    test: true,
    unattended: true,
  };
  await services.accept(event);
  const turn = await waitForTurn(services, event, after);
  return { text: JSON.stringify(turn), exitCode: 0 };
}

async function waitForTurn(services: Services, event: InboundEvent, after: number): Promise<ChatTurn> {
  const id = interactionId(event);
  const deadline = performance.now() + waitAtMostMs;
  while (performance.now() < deadline) {
    const logged = await readLogged(services, id);
    if (logged !== undefined) {
      const messages = await services.mailbox.after(event.userId, after);
      // The reply is complete when the bubbles together are what was logged.
      if (messages.map(({ text }) => text).join('\n\n') === logged.replyText) return { ...logged, messages };
    }
    await sleep(pollMs);
  }
  throw new AppError('storage-unavailable', 'Chưa có trả lời sau 20 giây; xem nhật ký của máy chủ.', {
    retryable: true,
  });
}

async function readLogged(
  services: Services,
  id: string,
): Promise<(Omit<ChatTurn, 'messages'> & { replyText: string }) | undefined> {
  const { rows } = await services.database.query<Omit<ChatTurn, 'messages'> & { replyText: string }>(
    `select i.decision, i.topic, i.aspect, i.confidence, i.candidates, i.reply_text as "replyText",
       coalesce(t.explanation, '[]'::jsonb) as explanation
     from interaction i left join interaction_text t on t.interaction_id = i.id where i.id = $1`,
    [id],
  );
  return rows[0];
}
