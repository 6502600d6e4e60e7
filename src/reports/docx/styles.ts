/** Sizes of Nghị định 30/2020/NĐ-CP, Phụ lục I, in half points, and lengths in twentieths of a point. */
export const font = {
  ascii: 'Times New Roman',
  hAnsi: 'Times New Roman',
  eastAsia: 'Times New Roman',
  cs: 'Times New Roman',
};
export const sizes = {
  nation: 26,
  motto: 28,
  body: 28,
  number: 26,
  annexOf: 26,
  table: 24,
  annexTable: 22,
  recipientsTitle: 24,
  recipients: 22,
} as const;

const twipsPerMm = 1440 / 25.4;
export const mm = (millimetres: number): number => Math.round(millimetres * twipsPerMm);

export const margins = { top: mm(20), bottom: mm(20), left: mm(30), right: mm(20) };
export const page = { width: mm(210), height: mm(297) };
/** First line of a paragraph, and the room between paragraphs. */
export const indent = mm(12.7);
export const paragraphSpacing = { before: 60, after: 60, line: 264, lineRule: 'auto' } as const;
