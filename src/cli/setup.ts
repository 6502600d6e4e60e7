import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { Command } from 'commander';
import { stringify } from 'yaml';
import { readConfig } from '../config.ts';
import { loadLibrary, readContent } from '../content/load-library.ts';
import { loadTranslator, type Translator } from '../content/translator.ts';
import { vietnamDay } from '../core/clock.ts';
import type { Library, Province } from '../content/library.ts';
import { hourSpan } from '../content/unit-schema.ts';
import { AppError } from '../core/errors.ts';
import { fold } from '../text/fold.ts';

/** Adds `setup`: asks a newcomer step by step and writes the unit's file. Answers may also come from a file or a pipe. */
export function registerSetup(program: Command): void {
  program
    .command('setup')
    .description('ask step by step and write a unit file; answers may be piped in, one a line')
    .action(setUp);
}

/** Asks until the answer will do; an empty answer stands for what may be left out. */
type Ask = <T>(key: string, read: (answer: string) => T | undefined) => Promise<T>;

const id = (answer: string) =>
  /^[a-z0-9]+(-[a-z0-9]+)*$/.test(answer) && answer.length <= 60 ? answer : undefined;
const words = (answer: string) => (answer.length > 0 && answer.length <= 300 ? answer : undefined);
const optional =
  <T>(read: (answer: string) => T | undefined) =>
  (answer: string): T | null | undefined =>
    answer === '' ? null : read(answer);
const phone = (answer: string) => {
  const digits = answer.replace(/[\s.()-]/g, '');
  return /^[0-9]{3,12}$/.test(digits) ? digits : undefined;
};
const platformId = (answer: string) => (/^[0-9]{5,30}$/.test(answer) ? answer : undefined);
const spans = (answer: string) => {
  const list = answer.split(/[,;]\s*/);
  return list.every((span) => hourSpan.safeParse(span).success) ? list : undefined;
};

async function setUp(): Promise<void> {
  const { contentDir, unitsDir, frozenNow, dataDir } = readConfig();
  const t = await loadTranslator(join(contentDir, 'locales'));
  const library = await loadLibrary(contentDir, unitsDir);
  const provinces = [...library.provinces.values()].map(nameOf).join(', ');
  const { ask, close } = createAsk(t, { provinces });
  try {
    console.log(t('vi', 'setup:intro'));
    const unitId = await ask('id', (answer) => (library.units.has(answer) ? undefined : id(answer)));
    const unit = await askUnit(ask, unitId, library.provinces, vietnamDay(frozenNow ?? new Date()));
    const path = join(unitsDir, `${unitId}.yaml`);
    await writeFile(
      path,
      `# ${t('vi', 'setup:heading')}\n${stringify(unit, { lineWidth: 0, aliasDuplicateObjects: false })}`,
      {
        flag: 'wx',
      },
    );
    await refuseFaults(contentDir, unitsDir, `${unitId}.yaml`);
    console.log(t('vi', 'setup:written', { path }));
    const names = [...library.units.values()]
      .map((other) => `${other.name.vi} (${other.id}.yaml)`)
      .join(', ');
    if (names !== '') console.log(t('vi', 'setup:others', { names, folder: unitsDir }));
    tellNext(t, unit, unitId, dataDir);
  } finally {
    close();
  }
}

/** A province by its id or as people write its name: "dong-nai", "Đồng Nai", "thành phố Đồng Nai". */
function findProvince(provinces: Library['provinces'], answer: string): string | undefined {
  const asked = plain(answer);
  const isMeant = ({ id, names }: Province) =>
    [id, ...names.flatMap(({ name, full }) => [name.vi, full.vi])].some((known) => plain(known) === asked);
  return [...provinces.values()].find(isMeant)?.id;
}

/** The name of today: the last of those by date. */
const nameOf = ({ id, names }: Province) => names.at(-1)?.name.vi ?? id;

const plain = (text: string) => fold(text.toLowerCase()).replaceAll(/[\s-]+/g, ' ');

/** The file as it is written; local facts carry who confirmed them, or nothing: then citizens are not told. */
async function askUnit(ask: Ask, unitId: string, provinces: Library['provinces'], today: string) {
  const name = await ask('name', words);
  const nameEn = await ask('name_en', optional(words));
  const province = await ask('province', (answer) => findProvince(provinces, answer));
  const confirmedBy = await ask('confirmed_by', optional(words));
  const confirmation =
    confirmedBy === null
      ? { confirmed_by: null, confirmed_on: null }
      : { confirmed_by: confirmedBy, confirmed_on: today };
  const address = await ask('address', optional(words));
  const hours = await ask('hours', optional(spans));
  const contacts = [
    {
      kind: 'office',
      name: 'Trung tâm Phục vụ hành chính công',
      phone: await ask('office_phone', optional(phone)),
    },
    { kind: 'hotline-1022', name: 'Tổng đài 1022', phone: await ask('hotline_phone', optional(phone)) },
    {
      kind: 'feedback',
      name: 'Đường dây nóng phản ánh, kiến nghị',
      phone: await ask('feedback_phone', optional(phone)),
    },
  ].flatMap((contact) =>
    contact.phone === null
      ? []
      : [{ name: { vi: contact.name }, kind: contact.kind, phone: contact.phone, ...confirmation }],
  );
  const channels = await askChannels(ask, unitId);
  const weekly = Object.fromEntries(['mon', 'tue', 'wed', 'thu', 'fri'].map((day) => [day, hours ?? []]));
  return {
    id: unitId,
    name: nameEn === null ? { vi: name } : { vi: name, en: nameEn },
    province,
    ...(Object.keys(channels).length === 0 ? {} : { channels }),
    ...(address === null ? {} : { address: { text: { vi: address }, ...confirmation } }),
    ...(hours === null ? {} : { hours: { weekly, ...confirmation } }),
    ...(contacts.length === 0 ? {} : { contacts }),
  };
}

async function askChannels(ask: Ask, unitId: string): Promise<Record<string, Record<string, string>>> {
  const prefix = unitId.toUpperCase().replaceAll('-', '_').replace(/^(\d)/, 'U$1');
  const oaId = await ask('oa_id', optional(platformId));
  const zalo =
    oaId === null
      ? {}
      : {
          zalo: {
            oa_id: oaId,
            app_id: await ask('oa_app_id', platformId),
            app_secret_env: `${prefix}_ZALO_APP_SECRET`,
            oa_secret_key_env: `${prefix}_ZALO_OA_SECRET_KEY`,
          },
        };
  const pageId = await ask('page_id', optional(platformId));
  const messenger =
    pageId === null
      ? {}
      : {
          messenger: {
            page_id: pageId,
            app_secret_env: `${prefix}_MESSENGER_APP_SECRET`,
            verify_token_env: `${prefix}_MESSENGER_VERIFY_TOKEN`,
            page_token_env: `${prefix}_MESSENGER_PAGE_TOKEN`,
          },
        };
  return { ...zalo, ...messenger };
}

/** A newcomer must not be left with a file that stops the server. */
async function refuseFaults(contentDir: string, unitsDir: string, file: string): Promise<void> {
  const { findings } = await readContent(contentDir, unitsDir);
  const faults = findings.filter(({ severity, file: at }) => severity === 'error' && at.endsWith(file));
  if (faults.length === 0) return;
  const lines = faults.map(({ line, message }) => `- ${file}:${line} ${message}`);
  throw new AppError('content', `Tệp vừa ghi còn lỗi, hãy sửa:\n${lines.join('\n')}`);
}

function tellNext(
  t: Translator,
  unit: { channels?: Record<string, Record<string, string>> },
  unitId: string,
  dataDir: string,
): void {
  const variables = Object.values(unit.channels ?? {}).flatMap((channel) =>
    Object.entries(channel).flatMap(([key, value]) => (key.endsWith('_env') ? [value] : [])),
  );
  for (const variable of variables) console.log(`  ${variable}=…`);
  if (variables.length > 0) console.log(t('vi', 'setup:secrets'));
  console.log(t('vi', 'setup:admin', { dataDir }));
  if (unit.channels !== undefined) console.log(t('vi', 'setup:platforms', { unit: unitId }));
  console.log(t('vi', 'setup:doctor'));
}

/** Reads answers line by line; what will not do is asked again, and the end of the answers is an error. */
function createAsk(t: Translator, values: Record<string, string>): { ask: Ask; close: () => void } {
  const lines = createInterface({ input: process.stdin });
  const answers = lines[Symbol.asyncIterator]();
  return {
    async ask(key, read) {
      for (;;) {
        console.log(`\n${t('vi', `setup:ask.${key}`)}`);
        process.stdout.write('> ');
        const { value, done } = await answers.next();
        if (done === true) throw new AppError('invalid-input', t('vi', 'setup:broken_off'));
        const given = read(String(value).normalize('NFC').trim());
        if (given !== undefined) return given;
        console.log(t('vi', `setup:again.${key}`, values));
      }
    },
    close: () => lines.close(),
  };
}
