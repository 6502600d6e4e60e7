import { dumpWords } from './dump-words.ts';
import type { DocumentCase, DocumentItem, Parsed } from './procedure.ts';

/** What a row ends with: "1 bản chính" or "0 bản chính,1 bản sao". */
const count = /(\d+) bản chính(?:,(\d+) bản sao)?/gu;
/** After these a count belongs to the sentence around it: "(01 bản chính)", "nộp 02 bản chính tờ khai". */
const insideSentence = /^(?!\.{3}\p{Lu})[\s.,;:)"”/]/u;

/**
 * Reads the tables of papers: each begins with the header words, is preceded by the case it is for, and its rows run
 * together as name, form files and counts.
 */
export function parseDocuments(text: string): Parsed<DocumentCase[]> {
  const [first, ...tables] = text.split(dumpWords.documentsHeader);
  if (first === undefined || tables.length === 0) return { value: [], confidence: 0 };
  const cases: DocumentCase[] = [];
  let title = first;
  let doubtful = 0;
  let rows = 0;
  for (const table of tables) {
    const { items, rest, doubts } = readRows(table);
    rows += items.length;
    doubtful += doubts;
    if (items.length > 0) addCase(cases, { title: readTitle(title), items });
    title = rest;
  }
  // Words after the last row belong to no row: a row whose count is missing.
  const left = readTitle(title) === null ? 0 : 1;
  return {
    value: cases,
    confidence: rows === 0 ? 0 : Math.max(0, 1 - (doubtful * 0.5 + left) / (rows + left)),
  };
}

function readRows(table: string): { items: DocumentItem[]; rest: string; doubts: number } {
  const ends = [...table.matchAll(count)].filter((match) => {
    const after = table.slice(match.index + match[0].length);
    // Nobody writes both counts without a space between them but the table.
    const isTables = match[2] !== undefined && !match[1]?.startsWith('0');
    // A count with another right behind it is the writer's own; the last one is the table's.
    return (isTables || !insideSentence.test(after)) && !/^\d+ bản chính/u.test(after);
  });
  const items: DocumentItem[] = [];
  let doubts = 0;
  let from = 0;
  for (const match of ends) {
    const digits = match[1] ?? '';
    const counted = splitCount(table.slice(from, match.index), digits);
    from = match.index + match[0].length;
    const { name, forms } = splitForms(counted.name);
    if (name === '' && forms.length === 0) continue;
    if (!counted.sure) doubts += 1;
    items.push({
      name: name.replace(/^(?:;?[-–+*•]+\s*|\.{3})/u, ''),
      originals: counted.sure ? counted.count : null,
      copies: match[2] === undefined ? 0 : Number(match[2]),
      forms,
    });
  }
  return { items, rest: table.slice(from), doubts };
}

/** Parts the digits of a count from those that end the name: "ngày 15/4/2026" + "1" stand there as "20261". */
function splitCount(before: string, digits: string): { name: string; count: number; sure: boolean } {
  const joins = /[/.\s-]$/u.test(before) || digits.startsWith('0');
  if (digits.length === 1) return { name: before, count: Number(digits), sure: true };
  if (!joins && digits.length === 2) return { name: before, count: Number(digits), sure: true };
  const name = before + digits.slice(0, -1);
  // A year or a form's number before it is plain; anything else might as well be a count of two digits.
  const sure = /(?:\d{4}|0\d|(?:số|Mẫu|mẫu|Phụ lục|Điều|khoản) \d+)$/u.test(name);
  return { name, count: Number(digits.slice(-1)), sure };
}

const file = /\.(?:docx?|pdf|xlsx?|rtf|rar|zip|jpe?g|png)/giu;

/** Parts form files from the name before them: `…của Bộ Công anMẫu DC02.doc`. */
function splitForms(text: string): { name: string; forms: string[] } {
  const ends = [...text.matchAll(file)]
    .map((match) => match.index + match[0].length)
    // ".docx.docx" is one file, and a dot in a sentence is none.
    .filter((end) => !/^(?:\.[a-z]|[\p{Ll} ])/u.test(text.slice(end)));
  const last = ends.at(-1);
  if (last === undefined || last < text.trimEnd().length) return { name: clean(text), forms: [] };
  const pieces = ends.map((end, index) => text.slice(ends[index - 1] ?? 0, end));
  const head = pieces[0] ?? '';
  const at = fileStart(head);
  return {
    name: clean(head.slice(0, at)),
    forms: [head.slice(at), ...pieces.slice(1)].map((form) => form.trim()),
  };
}

/** Where a word begins without a space before it: after a small letter, a bracket or a day, or at a capitalised word after capitals. */
const seam = /(?<=[\p{Ll});,:”"])(?=[\p{Lu}\d])|(?<=(?:[\p{L})]|\/\d{4})\.)(?=\p{Lu}|\d\.$)|(?<=\p{Lu})(?=\p{Lu}\p{Ll})/u;

/** A file's name that begins with a small letter right behind the name: "kinh doanhmẫu số 1.docx". */
const gluedForm =
  /(?<=[\p{L}\p{N};.,)])(?<!\s)(?:(?:mẫu|mau|phụ lục|phu luc|biểu mẫu|bieu mau)(?=[\s_.-]|số)|maudon|(?<=[\p{L};.,)])\d\.(?:mu|mẫu|mau)(?=\p{Lu}))/iu;
const fileNameAtMost = 120;

/** Where the file's name begins: at such a word, else at the first seam of the last word that has one, read backwards. */
function fileStart(text: string): number {
  const near = Math.max(0, text.length - fileNameAtMost);
  const glued = gluedForm.exec(text.slice(near));
  if (glued !== null) return near + glued.index;
  for (let end = text.length; end > 0;) {
    const start = Math.max(text.lastIndexOf(' ', end - 1), text.lastIndexOf('\n', end - 1)) + 1;
    const found = seam.exec(text.slice(start, end));
    if (found !== null) return start + found.index;
    end = start - 1;
  }
  return text.lastIndexOf(' ') + 1;
}

function readTitle(text: string): string | null {
  const title = clean(text.replace(/^[-–\s]+$/u, ''));
  return title === '' ? null : title;
}

function addCase(cases: DocumentCase[], added: DocumentCase): void {
  const known = cases.find(({ title }) => title === added.title);
  if (known === undefined) cases.push(added);
  else known.items.push(...added.items);
}

function clean(text: string): string {
  return text.replace(/\s+/gu, ' ').trim();
}
