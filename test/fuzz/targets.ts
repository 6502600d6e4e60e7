import { createHash, createHmac } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type { InboundEvent } from '../../src/core/event.ts';
import type { ParsedDelivery } from '../../src/core/ports.ts';
import { aRecord } from '../unit/content/catalogue/dump-fixture.ts';

/** One reader of foreign bytes, and what must hold whatever it is given. */
export interface FuzzTarget {
  name: string;
  /** Inputs from which the run starts. */
  seeds(): Buffer[];
  /** Reads `input`; throws when something that must hold does not. */
  run(input: Buffer): void;
}

const root = resolve(import.meta.dirname, '../..');
const receivedAt = new Date('2026-10-01T02:03:04.000Z');

/** Imports are dynamic so that a fuzz run can instrument what they bring. */
export async function loadTargets(): Promise<FuzzTarget[]> {
  const [zalo, messenger, words, content] = await Promise.all([
    zaloTarget(),
    messengerTargets(),
    wordTargets(),
    contentTargets(),
  ]);
  return [zalo, ...messenger, ...words, ...content];
}

function promise(condition: boolean, what: string): asserts condition {
  if (!condition) throw new Error(`broken promise: ${what}`);
}

/** Text of any kind: a private-use block of the input stands for lone surrogates, which UTF-8 cannot carry. */
function toText(input: Buffer): string {
  return input
    .toString('utf8')
    .replace(/[\ue000-\ue7ff]/g, (unit) => String.fromCharCode(unit.charCodeAt(0) - 0x800));
}

function readFolder(folder: string, extension: string, atMost = 60): Buffer[] {
  return readdirSync(join(root, folder))
    .filter((name) => name.endsWith(extension))
    .slice(0, atMost)
    .map((name) => readFileSync(join(root, folder, name)));
}

// === Webhook bodies

/** Only one kind of failure is allowed, and what comes out must be fit for the queue. */
function checkDelivery(parse: () => ParsedDelivery): void {
  let delivery: ParsedDelivery;
  try {
    delivery = parse();
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'invalid-input') return;
    throw error;
  }
  for (const event of delivery.events) checkEvent(event);
  for (const [name, count] of Object.entries(delivery.ignored)) {
    promise(Number.isInteger(count) && count > 0, 'ignored events are counted');
    promise(name.length <= 64, 'names of ignored events are labels of a metric, so they are short');
  }
}

function checkEvent(event: InboundEvent): void {
  for (const id of [event.eventId, event.userId]) {
    promise(typeof id === 'string' && id.length > 0 && id.length <= 700, 'ids are texts of a sane length');
  }
  promise(event.eventId.length <= 400, 'event ids fit the queue');
  promise(!event.eventId.includes('\u0000') && event.eventId.isWellFormed(), 'event ids can be stored');
  promise(Date.parse(event.occurredAt) <= receivedAt.getTime(), 'nothing happens in the future');
  promise(event.receivedAt === receivedAt.toISOString(), 'the receipt is ours');
  const { content } = event;
  if (content.kind === 'text') promise(content.text !== '', 'a text says something');
  if (content.kind === 'location') {
    promise(Math.abs(content.latitude) <= 90 && Math.abs(content.longitude) <= 180, 'a place on Earth');
  }
}

async function zaloTarget(): Promise<FuzzTarget> {
  const { indexZaloUnits } = await import('../../src/channels/zalo/zalo-unit.ts');
  const { parseZaloDelivery } = await import('../../src/channels/zalo/parse.ts');
  const { findTopLevelDigits, verifyZaloDelivery } = await import('../../src/channels/zalo/verify.ts');
  const unit = { unitId: 'unit', oaId: '5000000000000000003', appId: '4111222333444555666' };
  const units = indexZaloUnits([{ ...unit, appSecret: 'secret', oaSecretKey: 'key' }]);
  return {
    name: 'zalo-webhook',
    seeds: () => readFolder('test/fixtures/deliveries/zalo', '.json'),
    run(input) {
      const digits = findTopLevelDigits(input.toString('utf8'), 'timestamp') ?? '';
      const mac = createHash('sha256').update(unit.appId).update(input).update(digits).update('key');
      const headers = { 'x-zevent-signature': `mac=${mac.digest('hex')}` };
      const verified = verifyZaloDelivery(units, input, headers);
      promise(
        !verifyZaloDelivery(units, input, { 'x-zevent-signature': `mac=${'0'.repeat(64)}` }).ok,
        'a wrong signature is refused',
      );
      promise(!verified.ok || digits !== '', 'nothing without a timestamp is genuine');
      checkDelivery(() => parseZaloDelivery(units, input, receivedAt));
    },
  };
}

async function messengerTargets(): Promise<FuzzTarget[]> {
  const { indexMessengerUnits } = await import('../../src/channels/messenger/messenger-unit.ts');
  const { parseMessengerDelivery } = await import('../../src/channels/messenger/parse.ts');
  const { verifyMessengerDelivery } = await import('../../src/channels/messenger/verify.ts');
  const { readSignedRequest } = await import('../../src/channels/messenger/signed-request.ts');
  const appSecret = 'app-secret';
  const unit = { unitId: 'unit', pageId: '100000000000001', appId: '200000000000002', verifyToken: 'v' };
  const units = indexMessengerUnits([{ ...unit, appSecret, pageToken: 'token' }]);
  const sign = (body: Buffer | string, encoding: 'hex' | 'base64url') =>
    createHmac('sha256', appSecret).update(body).digest(encoding);
  return [
    {
      name: 'messenger-webhook',
      seeds: () => readFolder('test/fixtures/deliveries/messenger', '.json'),
      run(input) {
        const headers = { 'x-hub-signature-256': `sha256=${sign(input, 'hex')}` };
        promise(verifyMessengerDelivery(units, input, headers).ok, 'what we signed is genuine');
        checkDelivery(() => parseMessengerDelivery(units, input, receivedAt));
      },
    },
    {
      name: 'signed-request',
      seeds: () =>
        [
          '{"algorithm":"HMAC-SHA256","user_id":"218471","issued_at":1790000000}',
          '{"algorithm":"HMAC-SHA256","user_id":218471}',
        ].map((text) => Buffer.from(text)),
      run(input) {
        const encoded = input.toString('base64url');
        const read = readSignedRequest(`${sign(encoded, 'base64url')}.${encoded}`, ['other', appSecret]);
        promise(read === undefined || read.userId !== '', 'a person is named');
        promise(
          readSignedRequest(`${sign(`${encoded}A`, 'base64url')}.${encoded}`, [appSecret]) === undefined,
          'a signature of something else is refused',
        );
        readSignedRequest(toText(input), [appSecret]);
      },
    },
  ];
}

// === Citizens' words

/** Each text by itself: a mark at the start of one does not belong to the end of the one before. */
function withoutSpace(texts: readonly string[]): string {
  return texts.map((text) => text.normalize('NFC').replace(/\s+/g, '')).join('');
}

async function wordTargets(): Promise<FuzzTarget[]> {
  const { maskText } = await import('../../src/privacy/mask-text.ts');
  const { clipTitle, packSections, packWithTail } = await import('../../src/channels/shared/split-text.ts');
  const { formatForZalo } = await import('../../src/channels/zalo/format.ts');
  const { formatForMessenger } = await import('../../src/channels/messenger/format.ts');
  const { normaliseText } = await import('../../src/text/normalise.ts');
  const { fold } = await import('../../src/text/fold.ts');
  const { tokenise } = await import('../../src/text/tokenise.ts');
  const { undoTeencode } = await import('../../src/text/teencode.ts');
  const { decodeTelex, decodeViqr, decodeVni } = await import('../../src/text/input-method.ts');
  const { PhraseMatcher } = await import('../../src/text/phrase-matcher.ts');
  const { splitParts } = await import('../../src/text/split-requests.ts');
  const { findEntities } = await import('../../src/understanding/entities/find-entities.ts');
  const { decodeChoice, encodeChoice } = await import('../../src/conversation/payload.ts');
  const { parsePeriod } = await import('../../src/reports/period.ts');
  const { readVisitor, signVisitor } = await import('../../src/channels/web/visitor-token.ts');
  const { formatCsv } = await import('../../src/reports/format-csv.ts');
  const joiners = new PhraseMatcher<true>();
  for (const joiner of ['và', 'rồi', 'với lại']) joiners.add(joiner, true, { strict: true });
  const questions = [
    'Em tên Nguyễn Văn An, sdt 0912 345 678, cccd 079123456789, hs H19.12-240501-0001',
    'cho e hỏi lệ phí 50.000đ, xe 60A-123.45, mật khẩu abc123, nhà số 12/3 đường Lê Lợi',
    'Làm giấy khai sinh cho con mới sinh cần giấy tờ gì? Nộp ở đâu. Bao lâu có ạ!',
    'ddawng ky ket hon o dau z, dk tam tru ntn',
    '1. Tờ khai.\n2. Giấy chứng sinh.\n\nLệ phí: miễn. TP. Hồ Chí Minh.',
  ].map((text) => Buffer.from(text));
  return [
    {
      name: 'masking',
      seeds: () => questions,
      run(input) {
        const text = toText(input);
        const masked = maskText(`${text} | 0912345678 | a@b.vn | 079123456789`);
        promise(
          // Within a longer number they are no phone and no identity number: an amount of money may hold any digits.
          !/(?<!\d)(?:0912345678|079123456789)(?!\d)|a@b\.vn/.test(masked),
          'phone, mail and identity number are masked',
        );
        promise(masked.length <= 20 * (text.length + 60), 'masking does not blow a text up');
      },
    },
    {
      name: 'splitting',
      seeds: () => questions,
      run(input) {
        const text = toText(input.subarray(1));
        const limit = 20 + ((input[0] ?? 0) % 100) * 20;
        const sections = text.split('\n\n\n');
        const pieces = packSections(sections, limit);
        promise(
          pieces.every((piece) => piece.length <= limit && piece.trim() !== ''),
          'each piece fits and says something',
        );
        promise(withoutSpace(pieces) === withoutSpace(sections), 'nothing is lost and nothing added');
        if (text.isWellFormed()) {
          promise(
            pieces.every((piece) => piece.isWellFormed()),
            'no character is cut',
          );
        }
        const { tail } = packWithTail(sections, limit, Math.ceil(limit / 2));
        promise((tail ?? '').length <= Math.ceil(limit / 2), 'the tail fits');
        promise(clipTitle(text, 20).length <= 20, 'a title fits');
        const reply = { sections, buttons: [{ kind: 'choice' as const, title: text, payload: text }] };
        promise(
          formatForZalo(reply).every((message) => message.text.length <= 2_000),
          'Zalo takes each message',
        );
        formatForMessenger(reply);
      },
    },
    {
      name: 'words',
      seeds: () => [...questions, ...readFolder('intents/guides', '.yaml', 8)],
      run(input) {
        const text = toText(input.subarray(0, 2_000));
        const normalised = normaliseText(text);
        promise(normaliseText(normalised) === normalised, 'normalising twice changes nothing');
        const folded = fold(normalised);
        promise(fold(folded) === folded, 'folding twice changes nothing');
        const tokens = tokenise(normalised);
        const parts = splitParts(normalised, tokens, joiners);
        promise(
          parts.every(({ start, end }, at) => start < end && start >= (parts[at - 1]?.end ?? 0)),
          'the parts of a message follow each other',
        );
        findEntities(text);
        for (const word of folded.split(' ').slice(0, 20)) {
          undoTeencode(word);
          decodeTelex(word);
          decodeVni(word);
          decodeViqr(word);
        }
      },
    },
    {
      name: 'small-forms',
      seeds: () =>
        [
          't:birth-registration',
          'a:fee:marriage-registration',
          'fa:flow:step:option',
          'fb:yes:0f8fad5b-d9cb-469f-a165-70867728950e',
          '2026-Q3',
          '2026-9M',
          '2026-10',
          'AAAAAAAAAAAAAAAAAAAAAA.unit.p.sig',
        ].map((text) => Buffer.from(text)),
      run(input) {
        const text = toText(input);
        const choice = decodeChoice(text);
        if (choice !== undefined) {
          const again = decodeChoice(encodeChoice(choice));
          promise(
            JSON.stringify(again) === JSON.stringify(choice),
            'a payload means the same when it comes back',
          );
        }
        checkPeriod(() => parsePeriod(text, 'standard'));
        const key = new Uint8Array(32);
        promise(readVisitor(text, key) === undefined, 'nobody can make a visitor without the key');
        readVisitor(`${signVisitor({ id: 'x', unitId: text, test: false }, key)}`, key);
        const cell = formatCsv([[`${text} `]]).replace(/^\ufeff"?/, '');
        promise(!/^[=+\-@\t\r]/.test(cell), 'a cell never starts a formula');
      },
    },
  ];
}

function checkPeriod(parse: () => { from: unknown; until: unknown } | object): void {
  try {
    parse();
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'invalid-input')) throw error;
  }
}

// === Files

async function contentTargets(): Promise<FuzzTarget[]> {
  const { parseYaml } = await import('../../src/content/read-yaml.ts');
  const { unitSchema } = await import('../../src/content/unit-schema.ts');
  const { topicSchema } = await import('../../src/content/topic-schema.ts');
  const { toDumpRecord } = await import('../../src/content/catalogue/dump-record.ts');
  const { findRefusal, findWarnings } = await import('../../src/content/catalogue/lint-record.ts');
  const { parseProcedure } = await import('../../src/content/catalogue/parse-procedure.ts');
  const { makeBrief } = await import('../../src/content/catalogue/brief.ts');
  return [
    {
      name: 'yaml',
      seeds: () => [
        ...readFolder('content/guides', '.yaml', 4),
        ...readFolder('test/fixtures/units', '.yaml'),
      ],
      run(input) {
        const text = toText(input);
        for (const schema of [unitSchema, topicSchema]) {
          const file = parseYaml(text, 'file.yaml', schema);
          promise(
            (file.value === undefined) === file.findings.length > 0,
            'a fault is told, and only a fault',
          );
          promise(file.lineOf(['id']) >= 1, 'a line has a number');
        }
      },
    },
    {
      name: 'dump-record',
      seeds: () => [Buffer.from(JSON.stringify(aRecord()))],
      run(input) {
        let value: unknown;
        try {
          value = JSON.parse(toText(input));
        } catch {
          return;
        }
        const record = toDumpRecord(value);
        if (record === undefined || findRefusal(record, new Set()) !== undefined) return;
        const { procedure, parts } = parseProcedure(record);
        findWarnings(record, procedure, parts);
        makeBrief(procedure);
      },
    },
  ];
}
