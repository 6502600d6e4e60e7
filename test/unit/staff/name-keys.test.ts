import { join, resolve } from 'node:path';
import { expect, it } from '@jest/globals';
import { loadTranslator } from '../../../src/content/translator.ts';
import { nameKeys } from '../../../src/staff/name-keys.ts';
import { createStaffText } from '../../../src/staff/staff-text.ts';

const t = createStaffText(
  await loadTranslator(join(resolve(import.meta.dirname, '../../..'), 'content/locales')),
);

it('names the members of content and of acts, and leaves everything else as it is written', () => {
  expect(
    nameKeys(
      '- confirmed_by: Lan\n  text:\n    vi: "Lưu ý: nộp note: ở quầy"\n  valid:\n    from: 2026-01-01',
      t,
    ),
  ).toBe(
    '- Người xác nhận: Lan\n  Lời:\n    tiếng Việt: "Lưu ý: nộp note: ở quầy"\n  Áp dụng:\n    Từ: 2026-01-01',
  );
  expect(nameKeys('name: role: admin\nrole: viewer', t)).toBe('Tên: role: admin\nQuyền: Người xem');
  expect(nameKeys('text:\n  vi: |-\n    Dòng một.', t)).toBe('Lời:\n  tiếng Việt:\n    Dòng một.');
  expect(nameKeys('khong-ai-biet: 1\n- from dưới lên\n12:30', t)).toBe(
    'khong-ai-biet: 1\n- from dưới lên\n12:30',
  );
});
