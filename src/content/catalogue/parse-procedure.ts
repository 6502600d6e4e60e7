import type { DumpRecord } from './dump-record.ts';
import { dumpWords, isNothing } from './dump-words.ts';
import { parseDocuments } from './parse-documents.ts';
import { parseLegal } from './parse-legal.ts';
import { parseWays } from './parse-ways.ts';
import type { CatalogueProcedure } from './procedure.ts';
import { splitPage, type PageParts } from './split-page.ts';

/** The portal's own pages; an address anywhere else is not passed on. */
const portalPage = /^https:\/\/dichvucong\.gov\.vn\/[\w./?=&%-]*$/u;

/** A fee that a province sets: its People's Council, or a resolution or rule of the place. */
const localFee =
  /Hội đồng nhân dân|HĐND|phí[^.;\n]{0,120}(?:địa phương|(?:Ủy ban nhân dân|UBND)(?: cấp)? tỉnh|từng tỉnh)[^.;\n]{0,40}(?:quy định|ban hành|quyết định)|phí[^.;\n]{0,60}theo quy định (?:của|tại) (?:từng )?(?:địa phương|tỉnh)/iu;

/** Reads one record of a dump into a procedure. Never throws for what a page holds. */
export function parseProcedure(record: DumpRecord): { procedure: CatalogueProcedure; parts: PageParts } {
  const parts = splitPage(record);
  const ways = parseWays(parts.ways);
  const feeTexts =
    ways.confidence === 0
      ? parts.ways
      : ways.value.flatMap((way) => [way.note, ...way.fees.map(({ note }) => note)]).join('\n');
  const legal = parseLegal(parts.legal);
  // A page without an amount that rests on the rules for fees of the People's Councils leaves its fee to them.
  const priced = ways.value.some(({ fees }) => fees.some(({ amount }) => amount !== null && amount > 0));
  const councilRules = legal.value.some(({ abstract }) => /phí[^.;]*Hội đồng nhân dân/iu.test(abstract));
  const levels = splitList(record.cap_thuc_hien);
  const procedure: CatalogueProcedure = {
    code: record.ma_thu_tuc,
    name: oneLine(record.ten_thu_tuc),
    decision: record.so_quyet_dinh,
    link: portalPage.test(record.detail_url) ? record.detail_url : null,
    levels,
    commune: levels.includes(dumpWords.commune),
    kind: record.loai_thu_tuc,
    field: oneLine(record.linh_vuc),
    audience: splitList(record.doi_tuong_thuc_hien),
    agencies: splitList(parts.agencies),
    address: orEmpty(record.dia_chi_tiep_nhan),
    steps: orEmpty(parts.steps),
    ways,
    documents: parseDocuments(parts.documents),
    legal,
    conditions: orEmpty(parts.conditions),
    results: splitResults(parts.results),
    localFee: localFee.test(feeTexts) || (!priced && councilRules),
  };
  return { procedure, parts };
}

/** "Giấy khai sinhMã: KQ.G15.000021Trích lụcMã: 000.00…" → the names. */
function splitResults(text: string): string[] {
  const names = text
    .split(/Mã: ?[A-Z0-9][A-Z0-9.-]*\d/u)
    .map((name) => oneLine(name).replace(/^[-+*•]\s*/u, ''));
  return [...new Set(names.filter((name) => !isNothing(name)))];
}

/** Cuts at commas outside brackets. A comma before a small letter goes on with the same name ("công chức, viên chức"). */
function splitList(text: string): string[] {
  if (isNothing(text)) return [];
  const parts: string[] = [];
  let depth = 0;
  let from = 0;
  for (let at = 0; at < text.length; at += 1) {
    if (text[at] === '(') depth += 1;
    if (text[at] === ')') depth -= 1;
    if (text[at] === ',' && depth <= 0 && /^,\s*[\p{Lu}\d]/u.test(text.slice(at, at + 3))) {
      parts.push(text.slice(from, at));
      from = at + 1;
    }
  }
  parts.push(text.slice(from));
  return [...new Set(parts.map(oneLine).filter((part) => part !== ''))];
}

function orEmpty(text: string): string {
  return isNothing(text) ? '' : text;
}

function oneLine(text: string): string {
  return text.replace(/\s+/gu, ' ').trim();
}
