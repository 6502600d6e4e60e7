import { unzipSync, zipSync } from 'fflate';
import { annexBreak } from './render-blocks.ts';

const part = 'word/document.xml';
/** Zips hold no instant before 1980; what changes nothing should not change the file either. */
const modifiedAt = new Date('2000-01-01T00:00:00');

/**
 * Makes each annex a section of its own, as the template's last section is, so that each numbers its own pages. The
 * library writes sections of whole documents only.
 */
export function breakSections(docx: Uint8Array): Uint8Array {
  const files = unzipSync(docx);
  const xml = Buffer.from(files[part] ?? '').toString('utf8');
  if (!xml.includes(annexBreak)) return docx;
  const section = /<w:sectPr[ >](?:(?!<w:sectPr[ >]).)*<\/w:sectPr>(?=\s*<\/w:body>)/s.exec(xml)?.[0] ?? '';
  const ending = `<w:p><w:pPr><w:spacing w:before="0" w:after="0" w:line="20" w:lineRule="exact"/>${section}</w:pPr></w:p>`;
  const marked = new RegExp(`<w:p>(?:(?!</w:p>).)*${annexBreak}(?:(?!</w:p>).)*</w:p>`, 'gs');
  const broken = xml.replace(marked, () => ending);
  return zipSync({ ...files, [part]: Buffer.from(broken, 'utf8') }, { mtime: modifiedAt });
}
