import {
  AlignmentType,
  Paragraph,
  patchDocument,
  PatchType,
  TextRun,
  type FileChild,
  type IPatch,
} from 'docx';
import type { ReportDocument } from '../document/model.ts';
import type { Wording } from '../document/wording.ts';
import { breakSections } from './break-sections.ts';
import { Captions, portraitWidth, renderAnnexes, renderBlocks } from './render-blocks.ts';
import { font, sizes } from './styles.ts';

/**
 * Fills a template with a report: Office Open XML for Word and LibreOffice.
 * @param template a .docx with the placeholders that docs/reports.md lists; those that it lacks are left out.
 */
export async function writeDocx(
  document: ReportDocument,
  template: Uint8Array,
  words: Wording,
): Promise<Uint8Array> {
  const captions = new Captions(words);
  const body = await renderBlocks(document.body, { captions, width: portraitWidth, tableSize: sizes.table });
  const annexes = await renderAnnexes(document.annexes, document.annexOf, captions, words);
  const patches: Record<string, IPatch> = {
    superior: text(document.superior ?? ''),
    issuer: text(document.issuer),
    number: text(document.number),
    place_date: text(document.placeDate),
    title: text(document.title),
    opening: text(document.opening),
    closing: text(document.closing),
    signer_name: text(document.signerName),
    addressees: blocks(lines(document.addressees, { size: sizes.body, alignment: AlignmentType.CENTER })),
    signer: blocks(lines(document.signer, { bold: true, size: sizes.body, alignment: AlignmentType.CENTER })),
    recipients: blocks(lines(document.recipients, { size: sizes.recipients, alignment: AlignmentType.LEFT })),
    body: blocks(body),
    annexes: blocks(annexes),
  };
  const filled = await patchDocument({
    outputType: 'uint8array',
    data: template,
    patches,
    keepOriginalStyles: true,
  });
  return breakSections(filled);
}

/** Takes the look of the placeholder that it replaces. */
function text(value: string): IPatch {
  return { type: PatchType.PARAGRAPH, children: [new TextRun(value.normalize('NFC'))] };
}

function blocks(children: readonly FileChild[]): IPatch {
  return { type: PatchType.DOCUMENT, children: children.length === 0 ? [new Paragraph({})] : [...children] };
}

interface LineStyle {
  size: number;
  bold?: boolean;
  alignment: (typeof AlignmentType)[keyof typeof AlignmentType];
}

function lines(values: readonly string[], { alignment, ...style }: LineStyle): Paragraph[] {
  return values.map(
    (value) =>
      new Paragraph({
        alignment,
        spacing: { before: 0, after: 0 },
        children: [new TextRun({ text: value.normalize('NFC'), font, ...style })],
      }),
  );
}
