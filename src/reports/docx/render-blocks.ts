import {
  AlignmentType,
  BorderStyle,
  ImageRun,
  Paragraph,
  Table,
  TableCell,
  TableRow,
  TextRun,
  VerticalAlignTable,
  WidthType,
  type FileChild,
} from 'docx';
import type { Annex, Block, Cell, Chart, Column, Table as TableModel } from '../document/model.ts';
import { toRoman, type Wording } from '../document/wording.ts';
import { formatChange, formatCount, formatDay, formatShare } from '../format-number.ts';
import { chartSize } from '../chart-svg.ts';
import { drawChartPng } from './chart-png.ts';
import { font, indent, margins, page, paragraphSpacing, sizes } from './styles.ts';

/** Numbers tables and charts through the whole document. */
export class Captions {
  #tables = 0;
  #charts = 0;
  readonly #words: Wording;

  constructor(words: Wording) {
    this.#words = words;
  }

  table(title: string): string {
    this.#tables += 1;
    return this.#words.say('table', { number: this.#tables, title });
  }

  chart(title: string): string {
    this.#charts += 1;
    return this.#words.say('chart', { number: this.#charts, title });
  }
}

interface RenderOptions {
  captions: Captions;
  /** Width between the margins, in twentieths of a point. */
  width: number;
  /** Size of letters in tables, in half points. */
  tableSize: number;
}

/** The body's width on the portrait page, and the annexes' on the landscape page. */
export const portraitWidth = page.width - margins.left - margins.right;
export const landscapeWidth = page.height - margins.left - margins.right;

export async function renderBlocks(blocks: readonly Block[], options: RenderOptions): Promise<FileChild[]> {
  const children: FileChild[] = [];
  for (const block of blocks) children.push(...(await renderBlock(block, options)));
  return children;
}

async function renderBlock(block: Block, options: RenderOptions): Promise<FileChild[]> {
  switch (block.kind) {
    case 'section':
    case 'clause':
      return [
        new Paragraph({
          alignment: AlignmentType.BOTH,
          indent: { firstLine: indent },
          spacing: { ...paragraphSpacing, before: 120 },
          keepNext: true,
          children: [run(block.text, { bold: true })],
        }),
      ];
    case 'paragraph':
    case 'note':
      return [paragraph(block.text, block.kind === 'note')];
    case 'table':
      return renderTable(block.table, options);
    case 'chart':
      return renderChart(block.chart, options.captions);
  }
}

function run(text: string, style: { bold?: boolean; italics?: boolean; size?: number } = {}): TextRun {
  return new TextRun({ text: text.normalize('NFC'), font, size: style.size ?? sizes.body, ...style });
}

function paragraph(text: string, italics: boolean): Paragraph {
  return new Paragraph({
    // A word that fills a line (a hash) would pull the line before it apart.
    alignment: /\S{40}/.test(text) ? AlignmentType.LEFT : AlignmentType.BOTH,
    indent: { firstLine: indent },
    spacing: paragraphSpacing,
    children: [run(text, { italics })],
  });
}

function centred(
  text: string,
  style: { bold?: boolean; italics?: boolean; size?: number } = {},
  keepNext = true,
): Paragraph {
  return new Paragraph({
    alignment: AlignmentType.CENTER,
    spacing: { before: 120, after: 60 },
    keepNext,
    children: [run(text, style)],
  });
}

const line = { style: BorderStyle.SINGLE, size: 4, color: '000000' };
const borders = {
  top: line,
  bottom: line,
  left: line,
  right: line,
  insideHorizontal: line,
  insideVertical: line,
};

function renderTable(table: TableModel, { captions, width, tableSize }: RenderOptions): FileChild[] {
  const widths = table.columns.map((column) => Math.round((width * column.width) / 100));
  const header = new TableRow({
    tableHeader: true,
    cantSplit: true,
    children: table.columns.map(({ title }, index) =>
      cell(title, {
        width: widths[index] ?? 0,
        alignment: AlignmentType.CENTER,
        bold: true,
        size: tableSize,
      }),
    ),
  });
  const rows = table.rows.map(
    (row) =>
      new TableRow({
        cantSplit: true,
        children: table.columns.map((column, index) =>
          cell(formatCell(row[index] ?? null, column), {
            width: widths[index] ?? 0,
            alignment: alignmentOf(column),
            bold: false,
            size: tableSize,
          }),
        ),
      }),
  );
  return [
    centred(captions.table(table.title), { bold: true, size: sizes.body }),
    new Table({
      width: { size: width, type: WidthType.DXA },
      columnWidths: widths,
      alignment: AlignmentType.CENTER,
      borders,
      rows: [header, ...rows],
    }),
    table.note === undefined ? new Paragraph({ spacing: { after: 60 } }) : paragraph(table.note, true),
  ];
}

type Alignment = (typeof AlignmentType)[keyof typeof AlignmentType];

function alignmentOf({ kind }: Column): Alignment {
  return kind === 'text'
    ? AlignmentType.LEFT
    : kind === 'day' || kind === 'order'
      ? AlignmentType.CENTER
      : AlignmentType.RIGHT;
}

function cell(
  text: string,
  { width, alignment, bold, size }: { width: number; alignment: Alignment; bold: boolean; size: number },
): TableCell {
  return new TableCell({
    width: { size: width, type: WidthType.DXA },
    margins: { left: 60, right: 60, top: 20, bottom: 20 },
    verticalAlign: VerticalAlignTable.CENTER,
    children: text.split('\n').map(
      (part) =>
        new Paragraph({
          alignment,
          spacing: { before: 0, after: 0 },
          children: [run(part, { bold, size })],
        }),
    ),
  });
}

/** A cell as paper shows it: `–` where nothing is known. */
export function formatCell(value: Cell, { kind }: Pick<Column, 'kind'>): string {
  if (value === null) return kind === 'text' || kind === 'order' ? '' : '–';
  if (typeof value === 'string') return kind === 'day' ? formatDay(value) : value;
  return kind === 'share' ? formatShare(value) : kind === 'change' ? formatChange(value) : formatCount(value);
}

async function renderChart(chart: Chart, captions: Captions): Promise<FileChild[]> {
  const data = await drawChartPng(chart);
  return [
    new Paragraph({
      alignment: AlignmentType.CENTER,
      keepNext: true,
      spacing: { before: 120 },
      children: [
        new ImageRun({
          type: 'png',
          data,
          transformation: { width: 560, height: Math.round((560 * chartSize.height) / chartSize.width) },
          altText: { name: chart.title, title: chart.title, description: describeChart(chart) },
        }),
      ],
    }),
    centred(captions.chart(chart.title), { italics: true }, false),
  ];
}

/** The same numbers for those who cannot see the picture. */
function describeChart({ bars }: Chart): string {
  return bars.map(({ label, value }) => `${label}: ${formatCount(value)}`).join('; ');
}

/** Stands alone in a paragraph where one annex ends and the next begins. */
export const annexBreak = '\uE000annex\uE000';

/** Annexes one after the other, an `annexBreak` between them, numbered in Roman numerals where there are several. */
export async function renderAnnexes(
  annexes: readonly Annex[],
  annexOf: string,
  captions: Captions,
  words: Wording,
): Promise<FileChild[]> {
  const children: FileChild[] = [];
  for (const [index, annex] of annexes.entries()) {
    if (index > 0) children.push(new Paragraph({ children: [new TextRun(annexBreak)] }));
    children.push(
      new Paragraph({
        alignment: AlignmentType.CENTER,
        children: [run(words.say('annex', { roman: toRoman(index + 1) }), { bold: true })],
      }),
      centred(annex.title, { bold: true }),
      centred(annexOf, { italics: true, size: sizes.annexOf }),
      ...(await renderBlocks(annex.blocks, { captions, width: landscapeWidth, tableSize: sizes.annexTable })),
    );
  }
  return children;
}
