/** What may be attached: what an image viewer or a reader of documents opens, and a browser never runs. */
const types = [
  { type: 'image/png', extension: 'png', begins: [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a] },
  { type: 'image/jpeg', extension: 'jpg', begins: [0xff, 0xd8, 0xff] },
  { type: 'application/pdf', extension: 'pdf', begins: [0x25, 0x50, 0x44, 0x46, 0x2d] },
] as const;

/** The type of a file by its first bytes, whatever its name says; undefined when it is of no type that may be kept. */
export function readFileType(body: Uint8Array): { type: string; extension: string } | undefined {
  return types.find(({ begins }) => begins.every((byte, index) => body[index] === byte));
}

/** A file's name without folders and without what file systems or headers stumble over, with its true ending. */
export function tidyFileName(name: string, extension: string): string {
  const stem = (name.split(/[/\\]/).at(-1) ?? '')
    .normalize('NFC')
    .replace(/\.[A-Za-z0-9]{1,8}$/, '')
    .replace(/[\p{C}"'<>:|?*;%]+/gu, ' ')
    .replace(/\s+/g, ' ')
    .replace(/^[.\s]+|[.\s]+$/g, '')
    .slice(0, 80);
  return `${stem === '' ? 'tep' : stem}.${extension}`;
}
