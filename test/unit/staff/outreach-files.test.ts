import { inflateSync } from 'node:zlib';
import { describe, expect, it } from '@jest/globals';
import decodeQR from 'qr/decode.js';
import { drawPoster } from '../../../src/staff/outreach/poster.ts';
import { qrPng, qrSvg } from '../../../src/staff/qr-image.ts';
import { readFileType, tidyFileName } from '../../../src/staff/outreach/read-file-type.ts';

const url = 'https://m.me/100000000000001?ref=ttbcghkm2';

/** Reads one-bit PNG images as we write them: black is 0. */
function readPng(png: Buffer): { width: number; height: number; data: Uint8Array } {
  const [width, height] = [png.readUInt32BE(16), png.readUInt32BE(20)];
  const start = png.indexOf('IDAT');
  const rows = inflateSync(png.subarray(start + 4, start + 4 + png.readUInt32BE(start - 4)));
  const data = new Uint8Array(width * height * 4);
  for (let y = 0; y < height; y += 1) {
    for (let x = 0; x < width; x += 1) {
      const byte = rows[y * (Math.ceil(width / 8) + 1) + 1 + (x >> 3)] ?? 0;
      const value = (byte >> (7 - (x & 7))) & 1 ? 255 : 0;
      data.set([value, value, value, 255], (y * width + x) * 4);
    }
  }
  return { width, height, data };
}

describe('a QR code', () => {
  it('holds the link, as a PNG image', () => {
    expect(decodeQR(readPng(qrPng(url, 6)))).toBe(url);
  });

  it('holds the link, as an SVG image that nothing can run in', () => {
    const svg = qrSvg(url);
    const side = Number(/viewBox="0 0 (\d+)/.exec(svg)?.[1]);
    const scale = 6;
    const data = new Uint8Array((side * scale) ** 2 * 4).fill(255);
    for (const [, x, y] of svg.matchAll(/M(\d+) (\d+)h1v1h-1z/g)) {
      for (let dy = 0; dy < scale; dy += 1) {
        for (let dx = 0; dx < scale; dx += 1) {
          data.fill(
            0,
            ((Number(y) * scale + dy) * side * scale + Number(x) * scale + dx) * 4,
            ((Number(y) * scale + dy) * side * scale + Number(x) * scale + dx) * 4 + 3,
          );
        }
      }
    }
    expect(decodeQR({ width: side * scale, height: side * scale, data })).toBe(url);
    expect(svg).not.toMatch(/script|style|href|on\w+=/i);
  });
});

describe('a poster', () => {
  const content = {
    unitName: 'Trung tâm Phục vụ hành chính công phường Hàng Gòn',
    headline: 'Hỏi thủ tục, trợ lý trả lời ngay',
    topic: 'Đăng ký khai sinh',
    ways: [
      { label: 'Zalo', url: 'https://zalo.me/5000000000000000003', hint: 'Nhắn mã TTBCGHKM2' },
      { label: 'Messenger', url, hint: null },
      { label: 'Trang web', url: 'https://tro-ly.example/?unit=hang-gon&ref=ttbcghkm2', hint: null },
    ],
    steps: ['Quét mã.', 'Nhắn câu hỏi.', 'Đọc câu trả lời.'],
    notice: 'Trợ lý tự động.',
    code: 'TTBCGHKM2',
  };

  it.each([
    ['A4', 595.28, 841.89],
    ['A5', 419.53, 595.28],
  ] as const)('is one page of %s with its fonts in it', async (size, width, height) => {
    const pdf = (await drawPoster(content, size)).toString('latin1');
    expect(pdf.startsWith('%PDF-')).toBe(true);
    expect(pdf.match(/\/Type \/Page\b/g)).toHaveLength(1);
    expect(pdf).toContain(`/MediaBox [0 0 ${width} ${height}]`);
    expect(pdf.match(/\/FontFile2/g)).toHaveLength(2);
    expect(pdf).toContain('/Lang (vi)');
    expect(pdf).not.toMatch(/\/JavaScript|\/Launch/);
  });

  it('stays one page with the longest texts and one way in', async () => {
    const long = {
      ...content,
      unitName: 'Trung tâm Phục vụ hành chính công xã '.repeat(4),
      topic: 'Cấp lại giấy phép '.repeat(8),
    };
    const pdf = (await drawPoster({ ...long, ways: content.ways.slice(0, 1) }, 'A4')).toString('latin1');
    expect(pdf.match(/\/Type \/Page\b/g)).toHaveLength(1);
  });
});

describe('an attached file', () => {
  it.each([
    ['89504e470d0a1a0a00', 'image/png'],
    ['ffd8ffe000', 'image/jpeg'],
    ['255044462d312e37', 'application/pdf'],
    ['3c68746d6c3e', undefined],
    ['3c73766720', undefined],
    ['504b0304', undefined],
    ['4d5a9000', undefined],
    ['', undefined],
    ['8950', undefined],
  ])('that begins with %s is %s', (begin, type) => {
    expect(readFileType(Buffer.from(begin, 'hex'))?.type).toBe(type);
  });

  it.each([
    ['biên bản họp.PDF', 'pdf', 'biên bản họp.pdf'],
    ['../../etc/passwd', 'png', 'passwd.png'],
    ['C:\\temp\\x.html', 'png', 'x.png'],
    ['a"\r\nSet-Cookie: x.png', 'png', 'a Set-Cookie x.png'],
    ['...', 'jpg', 'tep.jpg'],
    ['\u202egnp.exe', 'png', 'gnp.png'],
    ['x'.repeat(300), 'pdf', `${'x'.repeat(80)}.pdf`],
  ])('named %j becomes %j', (name, extension, tidied) => {
    expect(tidyFileName(name, extension)).toBe(tidied);
  });
});
