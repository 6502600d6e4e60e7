import { crc32, deflateSync } from 'node:zlib';
import { encodeQR } from 'qr';

/** The modules of a QR code, dark ones true, with the quiet zone of four modules that readers need. */
export function qrModules(text: string): boolean[][] {
  return encodeQR(text, 'raw', { ecc: 'medium', border: 4 });
}

/** A QR code as an SVG image without script or style. */
export function qrSvg(text: string): string {
  const modules = qrModules(text);
  const size = modules.length;
  const path = modules.flatMap((row, y) => row.map((dark, x) => (dark ? `M${x} ${y}h1v1h-1z` : ''))).join('');
  return (
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${size} ${size}" width="${size * 8}" height="${size * 8}" ` +
    `shape-rendering="crispEdges"><path fill="#fff" d="M0 0h${size}v${size}H0z"/><path d="${path}"/></svg>`
  );
}

/** A QR code as a PNG image of `scale` pixels a module, black on white, one bit a pixel. */
export function qrPng(text: string, scale = 16): Buffer {
  const modules = qrModules(text);
  const size = modules.length * scale;
  const rowBytes = Math.ceil(size / 8);
  const rows = modules.map((row) => {
    // The first byte of a row names its filter: none.
    const bytes = Buffer.alloc(rowBytes + 1);
    for (let x = 0; x < size; x += 1) {
      const isWhite = row[Math.floor(x / scale)] !== true;
      const index = 1 + (x >> 3);
      if (isWhite) bytes[index] = (bytes[index] ?? 0) | (0x80 >> (x & 7));
    }
    return bytes;
  });
  const pixels = Buffer.concat(rows.flatMap((row) => Array.from({ length: scale }, () => row)));
  const header = Buffer.alloc(13);
  header.writeUInt32BE(size, 0);
  header.writeUInt32BE(size, 4);
  header.set([1, 0, 0, 0, 0], 8);
  return Buffer.concat([
    Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]),
    chunk('IHDR', header),
    chunk('IDAT', deflateSync(pixels)),
    chunk('IEND', Buffer.alloc(0)),
  ]);
}

/** A part of a PNG file: length, name, content, checksum of name and content. */
function chunk(name: string, content: Buffer): Buffer {
  const named = Buffer.concat([Buffer.from(name, 'latin1'), content]);
  const framed = Buffer.alloc(named.length + 8);
  framed.writeUInt32BE(content.length, 0);
  framed.set(named, 4);
  framed.writeUInt32BE(crc32(named), named.length + 4);
  return framed;
}
