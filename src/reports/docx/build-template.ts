import {
  AlignmentType,
  BorderStyle,
  Document,
  Header,
  Packer,
  PageNumber,
  PageOrientation,
  Paragraph,
  Table,
  TableCell,
  TableRow,
  TextRun,
  WidthType,
  type IRunOptions,
  type ISectionOptions,
} from 'docx';
import type { Wording } from '../document/wording.ts';
import { portraitWidth } from './render-blocks.ts';
import { font, indent, margins, mm, page, paragraphSpacing, sizes } from './styles.ts';

/**
 * The template in the form of Nghị định 30/2020/NĐ-CP, Phụ lục I: everything that stands around a report, with a
 * placeholder `{{…}}` for each part. An office may change it in Word and use its own copy.
 */
export async function buildTemplate(words: Wording): Promise<Uint8Array> {
  const document = new Document({
    creator: 'tthc-chatbot',
    title: words.say('template.kind'),
    styles: {
      default: {
        document: { run: { font, size: sizes.body, language: { value: 'vi-VN', eastAsia: 'vi-VN' } } },
      },
    },
    sections: [report(words), annexes()],
  });
  return new Uint8Array(await Packer.toBuffer(document));
}

/** What is left beside the nation's name in 13 points. */
const leftWidth = mm(63);
const rightWidth = portraitWidth - leftWidth;
const none = { style: BorderStyle.NONE, size: 0, color: 'auto' };
const noBorders = {
  top: none,
  bottom: none,
  left: none,
  right: none,
  insideHorizontal: none,
  insideVertical: none,
};

function report(words: Wording): ISectionOptions {
  const slot = (name: string, style: Partial<IRunOptions> = {}) => run(`{{${name}}}`, style);
  return {
    properties: {
      titlePage: true,
      page: {
        size: { width: page.width, height: page.height },
        margin: { ...margins, header: mm(10), footer: mm(10) },
        pageNumbers: { start: 1 },
      },
    },
    headers: { default: pageNumberHeader(), first: new Header({ children: [new Paragraph({})] }) },
    children: [
      twoColumns(
        [
          [
            line(slot('superior', { size: sizes.nation })),
            line(slot('issuer', { size: sizes.nation, bold: true })),
            // A third to a half of the line above.
            rule(leftWidth, mm(24)),
          ],
          [
            line(run(words.say('template.nation'), { size: sizes.nation, bold: true })),
            line(run(words.say('template.motto'), { size: sizes.motto, bold: true })),
            // As long as the line above.
            rule(rightWidth, mm(57)),
          ],
        ],
        // On one line, however many the names above take.
        [
          [line(slot('number', { size: sizes.number }))],
          [line(slot('place_date', { size: sizes.body, italics: true }))],
        ],
      ),
      line(run(words.say('template.kind'), { bold: true }), 240),
      line(slot('title', { bold: true })),
      rule(portraitWidth, mm(52)),
      new Paragraph({ children: [slot('addressees')] }),
      new Paragraph({
        alignment: AlignmentType.BOTH,
        indent: { firstLine: indent },
        spacing: { ...paragraphSpacing, before: 120 },
        children: [slot('opening')],
      }),
      new Paragraph({ children: [slot('body')] }),
      new Paragraph({
        alignment: AlignmentType.BOTH,
        indent: { firstLine: indent },
        spacing: paragraphSpacing,
        keepNext: true,
        children: [slot('closing')],
      }),
      twoColumns([
        [
          new Paragraph({
            children: [
              run(words.say('template.recipients'), {
                size: sizes.recipientsTitle,
                bold: true,
                italics: true,
              }),
            ],
          }),
          new Paragraph({ children: [slot('recipients', { size: sizes.recipients })] }),
        ],
        [
          new Paragraph({
            alignment: AlignmentType.CENTER,
            keepNext: true,
            children: [slot('signer', { bold: true })],
          }),
          // Room for the signature and the seal.
          new Paragraph({
            spacing: { before: mm(30) },
            alignment: AlignmentType.CENTER,
            children: [slot('signer_name', { bold: true })],
          }),
        ],
      ]),
    ],
  };
}

function annexes(): ISectionOptions {
  return {
    properties: {
      titlePage: true,
      page: {
        size: { width: page.width, height: page.height, orientation: PageOrientation.LANDSCAPE },
        margin: { ...margins, header: mm(10), footer: mm(10) },
        pageNumbers: { start: 1 },
      },
    },
    headers: { default: pageNumberHeader(), first: new Header({ children: [new Paragraph({})] }) },
    children: [new Paragraph({ children: [run('{{annexes}}')] })],
  };
}

function pageNumberHeader(): Header {
  return new Header({
    children: [
      new Paragraph({
        alignment: AlignmentType.CENTER,
        children: [new TextRun({ children: [PageNumber.CURRENT], font, size: sizes.body })],
      }),
    ],
  });
}

function run(text: string, style: Partial<IRunOptions> = {}): TextRun {
  return new TextRun({ text, font, size: sizes.body, ...style });
}

function line(content: TextRun, before = 0): Paragraph {
  return new Paragraph({
    alignment: AlignmentType.CENTER,
    spacing: { before, after: 0 },
    children: [content],
  });
}

/** A solid rule of a length in the middle of `width`. */
function rule(width: number, length: number): Paragraph {
  const side = Math.round((width - length) / 2) - mm(2);
  return new Paragraph({
    indent: { left: side, right: side },
    spacing: { before: 0, after: 120, line: 60, lineRule: 'exact' },
    border: { bottom: { style: BorderStyle.SINGLE, size: 6, color: '000000', space: 0 } },
    children: [new TextRun({ text: '', font, size: 4 })],
  });
}

type TwoCells = readonly [left: Paragraph[], right: Paragraph[]];

function twoColumns(...rows: readonly TwoCells[]): Table {
  const cell = (width: number, children: Paragraph[]) =>
    new TableCell({
      width: { size: width, type: WidthType.DXA },
      borders: noBorders,
      margins: { left: 0, right: 0 },
      children,
    });
  return new Table({
    width: { size: portraitWidth, type: WidthType.DXA },
    columnWidths: [leftWidth, rightWidth],
    borders: noBorders,
    rows: rows.map(
      ([left, right]) =>
        new TableRow({ cantSplit: true, children: [cell(leftWidth, left), cell(rightWidth, right)] }),
    ),
  });
}
