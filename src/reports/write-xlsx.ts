import writeXlsxFile, { type CellObject, type SheetData } from 'write-excel-file/node';
import type { Annex, Block, Cell, Column, ReportDocument, Table } from './document/model.ts';
import type { Wording } from './document/wording.ts';

type WorkbookParameters = Parameters<typeof writeXlsxFile>;
type WorkbookSheet = WorkbookParameters[0][number];
type WorkbookFeature = NonNullable<NonNullable<WorkbookParameters[1]>['features']>[number];

const font = 'Times New Roman';
/** Formats are written in the file's neutral form; a Vietnamese Excel shows them as 1.234 and 58,97%. */
const formats = {
  count: '#,##0',
  decimal: '#,##0.0',
  share: '0.00%',
  change: '+0.00%;-0.00%;0.00%',
  day: 'dd/mm/yyyy',
};
/** Columns together, in characters of a landscape page. */
const pageWidth = 120;
/** Rows above the values: title, empty, header. */
const headRows = 3;
/** What a cell may hold at most. */
const cellLimit = 32_000;

/** The tables of a report as a workbook: a sheet each, typed cells, frozen headers, set up for A4 landscape. */
export async function writeXlsx(document: ReportDocument, words: Wording): Promise<Uint8Array> {
  const tables = [
    ...tablesOf(document.body),
    ...document.annexes.flatMap(({ blocks }: Annex) => tablesOf(blocks)),
    ...document.sheets,
  ];
  // Of a table that the text shows in part, the annex has the whole: the last of an id counts.
  const distinct = tables.filter(
    (table, index) => tables.findLastIndex(({ id }) => id === table.id) === index,
  );
  const sheets = distinct
    .filter(({ id, rows }) => id !== 'definitions' && id !== 'asked_themes' && rows.length > 0)
    .map((table) => toSheet(table, document, words));
  const file = writeXlsxFile(sheets, {
    fontFamily: font,
    fontSize: 12,
    features: [printSetUp(sheets.map(({ sheet }) => sheet ?? ''))],
  });
  return new Uint8Array(await file.toBuffer());
}

function tablesOf(blocks: readonly Block[]): Table[] {
  return blocks.flatMap((block) => (block.kind === 'table' ? [block.table] : []));
}

function toSheet(table: Table, document: ReportDocument, words: Wording): WorkbookSheet {
  const title: CellObject = {
    value: table.title,
    type: String,
    fontWeight: 'bold',
    fontSize: 14,
    columnSpan: table.columns.length,
  };
  const about: CellObject = {
    value: document.title,
    type: String,
    fontStyle: 'italic',
    columnSpan: table.columns.length,
  };
  const widths = table.columns.map(({ width }) =>
    Math.max(7, Math.round((width * (table.sheetWidth ?? pageWidth)) / 100)),
  );
  const headerHeight = heightOf(
    table.columns.map(({ title: text }) => text),
    // Bold letters are wider.
    widths.map((width) => width * 0.85),
  );
  const header = table.columns.map(({ title: text }): CellObject => ({
    height: headerHeight,
    ...{
      value: text,
      type: String,
      fontWeight: 'bold',
      align: 'center',
      alignVertical: 'center',
      wrap: true,
    },
    ...{ backgroundColor: '#e6edf3', borderStyle: 'thin' },
  }));
  const spare = table.columns.slice(1).map(() => null);
  const data: SheetData = [
    [title, ...spare],
    [about, ...spare],
    header,
    ...table.rows.map((row) => {
      const height = heightOf(row, widths);
      return table.columns.map((column, index) => ({ ...toCell(row[index] ?? null, column), height }));
    }),
    ...(table.note === undefined
      ? []
      : [[{ value: table.note, type: String, fontStyle: 'italic' } as CellObject]]),
  ];
  return {
    data,
    sheet: words.say(`sheet.${table.id}`),
    orientation: 'landscape',
    stickyRowsCount: headRows,
    columns: widths.map((width) => ({ width })),
  };
}

const lineHeight = 16;
/** What a spreadsheet allows. */
const rowHeightAtMost = 400;

/** Points that the row's longest text takes when it is wrapped: not every program finds that out by itself. */
function heightOf(row: readonly Cell[], widths: readonly number[]): number {
  const lines = widths.map((width, index) => {
    const value = row[index];
    // Numbers never wrap.
    return typeof value === 'string' ? countLines(value, width * 0.95) : 1;
  });
  return Math.min(rowHeightAtMost, Math.max(...lines) * lineHeight);
}

/** Lines of words of at most `width` characters; a longer word takes several. */
function countLines(text: string, width: number): number {
  let lines = 0;
  for (const part of text.split('\n')) {
    lines += 1;
    let used = 0;
    for (const word of part.split(' ')) {
      const room = used === 0 ? 0 : used + 1;
      if (room > 0 && room + word.length > width) {
        lines += 1;
        used = 0;
      }
      lines += Math.max(0, Math.ceil(word.length / width) - 1);
      used = used === 0 ? word.length % width || word.length : used + 1 + word.length;
    }
  }
  return lines;
}

function toCell(value: Cell, { kind }: Column): CellObject {
  const frame = { borderStyle: 'thin', alignVertical: 'top', wrap: true } as const;
  if (value === null) {
    const isBlank = kind === 'text' || kind === 'order';
    return { ...frame, value: isBlank ? '' : '–', type: String, align: isBlank ? 'left' : 'right' };
  }
  if (typeof value === 'string') {
    if (kind === 'day')
      return {
        ...frame,
        value: new Date(`${value}T00:00:00Z`),
        type: Date,
        format: formats.day,
        align: 'center',
      };
    // A cell of type text is never run as a formula.
    return { ...frame, value: value.slice(0, cellLimit), type: String, align: 'left' };
  }
  const format =
    kind === 'share'
      ? formats.share
      : kind === 'change'
        ? formats.change
        : Number.isInteger(value)
          ? formats.count
          : formats.decimal;
  return { ...frame, value, type: Number, format, align: 'right' };
}

/** A4, as wide as the page, header rows on every page, page numbers below: what the library leaves to features. */
function printSetUp(names: readonly string[]): WorkbookFeature {
  return {
    files: {
      transform: {
        'xl/worksheets/sheet{id}.xml': {
          transform: (xml) => {
            const setUp =
              '<pageSetup paperSize="9" orientation="landscape" fitToWidth="1" fitToHeight="0"/><headerFooter><oddFooter>&amp;C&amp;P/&amp;N</oddFooter></headerFooter>';
            const fitted = xml.includes('<sheetPr')
              ? xml
              : xml.replace(/(<worksheet[^>]*>)/, '$1<sheetPr><pageSetUpPr fitToPage="1"/></sheetPr>');
            return fitted.replace(/<pageSetup[^>]*\/>/, setUp);
          },
        },
        'xl/workbook.xml': {
          transform: (xml) => {
            const titles = names
              .map((name, index) => {
                const quoted = escapeXml(`'${name.replaceAll("'", "''")}'`);
                return `<definedName name="_xlnm.Print_Titles" localSheetId="${index}">${quoted}!$1:$${headRows}</definedName>`;
              })
              .join('');
            return xml.replace('</sheets>', `</sheets><definedNames>${titles}</definedNames>`);
          },
        },
      },
    },
  };
}

function escapeXml(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}
