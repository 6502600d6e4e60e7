import { AppError } from '../core/errors.ts';
import type { SendMail } from '../core/ports.ts';
import { formatAnchor, type Anchor, type AnchorPublisher } from './anchor.ts';

const timeoutMs = 10_000;

/** Posts anchors as JSON; anything but a 2xx is a failure, and no redirect is followed. */
export function createHttpPublisher(url: string): AnchorPublisher {
  return {
    async publish(anchor) {
      const response = await fetch(url, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: formatAnchor(anchor),
        redirect: 'error',
        signal: AbortSignal.timeout(timeoutMs),
      });
      await response.body?.cancel();
      if (!response.ok) {
        throw new AppError('platform-refused', `ANCHOR_URL answered ${response.status}; check the address.`);
      }
    },
  };
}

/** Sends anchors to a mailbox whose server dates them. */
export function createMailPublisher(
  send: SendMail,
  to: string,
  subjectOf: (anchor: Anchor) => string,
): AnchorPublisher {
  return {
    publish: (anchor) =>
      send({
        to: [to],
        subject: subjectOf(anchor),
        text: formatAnchor(anchor),
      }),
  };
}

/** Where it is remembered what was published last. */
interface Memory {
  read(key: string): Promise<unknown>;
  write(key: string, value: unknown): Promise<void>;
}

/** Passes on a root only once: a log that nobody writes to makes no mails. A failed one is tried again. */
export function publishOnce(publisher: AnchorPublisher, name: string, memory: Memory): AnchorPublisher {
  return {
    async publish(anchor) {
      const key = `anchored:${name}:${anchor.unit}`;
      if ((await memory.read(key)) === anchor.hash) return;
      await publisher.publish(anchor);
      await memory.write(key, anchor.hash);
    },
  };
}
