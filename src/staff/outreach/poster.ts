import { createRequire } from 'node:module';
import PDFDocument from 'pdfkit';
import { qrModules } from '../qr-image.ts';

/** What a poster says. All texts are shown as they are; lines break where there is no room. */
export interface PosterContent {
  unitName: string;
  headline: string;
  /** The topic that the item explains, if any. */
  topic: string | null;
  /** The ways in, at most three: what stands above and below each code. */
  ways: readonly { label: string; url: string; hint: string | null }[];
  steps: readonly string[];
  notice: string;
  /** The item's code, small at the foot. */
  code: string;
}

export type PosterSize = 'A4' | 'A5';

const require = createRequire(import.meta.url);
const fonts = {
  regular: require.resolve('@expo-google-fonts/be-vietnam-pro/400Regular/BeVietnamPro_400Regular.ttf'),
  bold: require.resolve('@expo-google-fonts/be-vietnam-pro/700Bold/BeVietnamPro_700Bold.ttf'),
};

/** In points of 1/72 inch. */
const pageOf = { A4: { width: 595.28, height: 841.89 }, A5: { width: 419.53, height: 595.28 } };

const blue = '#0b4a85';
const ink = '#1a1a1a';

/** A printable page, portrait, with its fonts in it. Sizes below are of A4; A5 is the same page, smaller. */
export async function drawPoster(content: PosterContent, size: PosterSize): Promise<Buffer> {
  const document = new PDFDocument({
    size,
    // All is placed in the measures of A4; text must not go over to a second page where A5 would end.
    margins: { top: 0, left: 0, right: 0, bottom: pageOf[size].height - pageOf.A4.height },
    lang: 'vi',
    displayTitle: true,
    info: { Title: `${content.headline} – ${content.unitName}`, Creator: content.unitName },
  });
  const parts: Buffer[] = [];
  const done = new Promise<void>((finish, fail) => {
    document.on('data', (part: Buffer) => parts.push(part));
    document.on('end', finish);
    document.on('error', fail);
  });
  document.registerFont('regular', fonts.regular).registerFont('bold', fonts.bold);
  if (size === 'A5') document.scale(pageOf.A5.width / pageOf.A4.width);
  drawPage(document, content);
  document.end();
  await done;
  return Buffer.concat(parts);
}

function drawPage(document: PDFKit.PDFDocument, content: PosterContent): void {
  const { width, height } = pageOf.A4;
  const edge = 42;
  const inner = width - 2 * edge;
  const center = { width: inner, align: 'center' } as const;

  const bandHeight = fit(document, 'bold', content.unitName, inner, [21, 19, 17, 15], 30) + 44;
  document.rect(0, 0, width, bandHeight).fill(blue);
  document.fillColor('#fff').text(content.unitName, edge, 22, center);

  let y = bandHeight + 28;
  y += write(document, 'bold', content.headline, {
    y,
    sizes: [34, 28, 24],
    maxHeight: 96,
    color: ink,
    edge,
    inner,
  });
  if (content.topic !== null) {
    y +=
      8 +
      write(document, 'bold', content.topic, {
        y: y + 8,
        sizes: [22, 18, 15],
        maxHeight: 60,
        color: blue,
        edge,
        inner,
      });
  }

  const top = y + 18;
  const footTop = height - 84;
  const stepWidth = inner - 48;
  const stepsHeight = content.steps
    .map((step) => document.font('regular').fontSize(19).heightOfString(step, { width: stepWidth }) + 14)
    .reduce((sum, step) => sum + step, 0);
  const count = Math.max(1, content.ways.length);
  const gap = 20;
  // Above a code stands its name, below it an address of up to three lines and what to type.
  const besideCode = 100;
  const side = Math.min(
    count === 1 ? 330 : 230,
    (inner - gap * (count - 1)) / count,
    footTop - top - besideCode - stepsHeight,
  );
  const columnWidth = Math.max(side, 150);
  const left = (width - columnWidth * count - gap * (count - 1)) / 2;
  content.ways.forEach((way, index) => {
    const x = left + index * (columnWidth + gap);
    const column = { width: columnWidth, align: 'center' } as const;
    document.font('bold').fontSize(15).fillColor(ink).text(way.label, x, top, column);
    drawCode(document, way.url, x + (columnWidth - side) / 2, top + 24, side);
    document.font('regular').fontSize(8).fillColor(ink);
    document.text(way.url, x, top + 28 + side, { ...column, height: 34, ellipsis: true });
    if (way.hint !== null) {
      document.font('bold').fontSize(11).fillColor(blue);
      document.text(way.hint, x, document.y + 4, column);
    }
  });

  let stepY = top + side + besideCode;
  for (const [index, step] of content.steps.entries()) {
    document.font('bold').fontSize(19).fillColor(blue);
    document.text(`${index + 1}.`, edge + 8, stepY);
    document.font('regular').fillColor(ink);
    document.text(step, edge + 40, stepY, { width: stepWidth });
    stepY = document.y + 14;
  }

  document
    .moveTo(edge, footTop)
    .lineTo(width - edge, footTop)
    .lineWidth(1)
    .stroke(blue);
  document
    .font('regular')
    .fontSize(11)
    .fillColor(ink)
    .text(content.notice, edge, footTop + 12, center);
  document.fontSize(8).text(content.code, edge, height - 26, { ...center, lineBreak: false });
}

/** Writes centred text in the largest of some sizes that fits; returns its height. */
function write(
  document: PDFKit.PDFDocument,
  fontName: string,
  text: string,
  place: {
    y: number;
    sizes: readonly number[];
    maxHeight: number;
    color: string;
    edge: number;
    inner: number;
  },
): number {
  const height = fit(document, fontName, text, place.inner, place.sizes, place.maxHeight);
  document.fillColor(place.color).text(text, place.edge, place.y, { width: place.inner, align: 'center' });
  return height;
}

/** Sets the largest size in which a text is at most `maxHeight` high; the smallest if none is. Returns the height. */
function fit(
  document: PDFKit.PDFDocument,
  fontName: string,
  text: string,
  width: number,
  sizes: readonly number[],
  maxHeight: number,
): number {
  document.font(fontName);
  let height = 0;
  for (const size of sizes) {
    height = document.fontSize(size).heightOfString(text, { width, align: 'center' });
    if (height <= maxHeight) break;
  }
  return height;
}

function drawCode(document: PDFKit.PDFDocument, text: string, x: number, y: number, side: number): void {
  const modules = qrModules(text);
  const unit = side / modules.length;
  document.rect(x, y, side, side).fill('#fff');
  modules.forEach((row, rowIndex) => {
    // Neighbours are drawn as one bar, so that no hairline shows between them in print.
    for (let start = 0; start < row.length; start += 1) {
      if (row[start] !== true) continue;
      let end = start;
      while (row[end + 1] === true) end += 1;
      document.rect(x + start * unit, y + rowIndex * unit, (end - start + 1) * unit, unit * 1.02);
      start = end;
    }
  });
  document.fill('#000');
}
