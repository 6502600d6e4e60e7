import type { Interaction } from '../../src/core/interaction.ts';
import type { PayloadCipher } from '../../src/core/ports.ts';
import { createPayloadCipher } from '../../src/privacy/payload-cipher.ts';
import { createSecretBox } from '../../src/privacy/secret-box.ts';
import type { Database } from '../../src/storage/sql/database.ts';
import { createSqlPayloadKeyStore } from '../../src/storage/sql/payload-key-store.ts';

export const testBox = createSecretBox(Buffer.alloc(32, 7));

/** A cipher whose keys are in `database`, shared by all that use the same one. */
export function createTestCipher(
  database: Database,
  periodMs?: number,
): ReturnType<typeof createPayloadCipher> & PayloadCipher {
  const keys = createSqlPayloadKeyStore(database);
  return createPayloadCipher({ keys, box: testBox, ...(periodMs === undefined ? {} : { periodMs }) });
}

let counter = 0;

/** An id that no other test uses. */
export function uniqueId(prefix: string): string {
  counter += 1;
  return `${prefix}-${process.pid}-${counter}-${Date.now()}`;
}

/** A complete interaction; give what the test is about. */
export function anInteraction(given: Partial<Interaction> = {}): Interaction {
  return {
    id: uniqueId('interaction'),
    unitId: 'hang-gon',
    channel: 'web',
    citizen: 'c-1',
    receivedAt: '2026-10-20T03:00:00.000Z',
    handledAt: '2026-10-20T03:00:00.250Z',
    kind: 'text',
    decision: 'answer',
    topic: 'birth-registration',
    aspect: 'fee',
    confidence: 0.93,
    candidates: [
      { topic: 'birth-registration', score: 0.93 },
      { topic: 'birth-extract', score: 0.04 },
    ],
    explanation: [{ code: 'feature', text: 'khai sinh', weight: 2.25 }],
    language: 'vi',
    sensitive: null,
    contentVersion: 'content-1',
    matcherVersion: 'matcher-1',
    maskedText: 'làm giấy khai sinh cho con, số [điện thoại]',
    replyText: 'Lệ phí: miễn phí.',
    links: ['https://dichvucong.gov.vn'],
    outreach: null,
    test: false,
    ...given,
  };
}
