import { describe, expect, it } from '@jest/globals';
import type { Button } from '../../../../src/core/reply.ts';
import { fitButtons, internationalNumber, isWebUrl } from '../../../../src/channels/shared/fit-buttons.ts';

const choice = (title: string, payload = title): Button => ({ kind: 'choice', title, payload });

describe('fitButtons', () => {
  it('shows what fits, in order, and writes the rest out with the number among the choices', () => {
    const buttons: Button[] = [
      choice('Hồ sơ'),
      { kind: 'link', title: 'Nộp trực tuyến', url: 'https://site.example' },
      choice('Lệ phí'),
      { kind: 'phone', title: 'Tổng đài', number: '1022' },
    ];
    const { shown, lines } = fitButtons(buttons, (_button, already) => already.length < 1);
    expect(shown).toEqual([choice('Hồ sơ')]);
    expect(lines).toEqual(['Nộp trực tuyến: https://site.example', '2. Lệ phí', 'Tổng đài: 1022']);
  });

  it('shortens a long choice with its number and also writes it out whole', () => {
    const long = 'Đăng ký khai sinh có yếu tố nước ngoài';
    const { shown, lines } = fitButtons([choice('Khai sinh'), choice(long, 'p')], () => true);
    expect(shown.map((button) => button.title)).toEqual(['Khai sinh', '2. Đăng ký khai…']);
    expect(shown[1]).toMatchObject({ payload: 'p' });
    expect(lines).toEqual([`2. ${long}`]);
  });

  it('shortens a long link title without a line: the link itself is not lost', () => {
    const link: Button = { kind: 'link', title: 'Cổng Dịch vụ công quốc gia', url: 'https://site.example' };
    const { shown, lines } = fitButtons([link], () => true);
    expect(shown[0]?.title.length).toBeLessThanOrEqual(20);
    expect(lines).toEqual([]);
  });

  it('calls a button without a title by where it leads', () => {
    const buttons: Button[] = [
      choice(' ', 'p'),
      { kind: 'link', title: '', url: 'https://site.example/a?b=c' },
      { kind: 'phone', title: '\u2028', number: '1022' },
    ];
    const titles = ['1', 'site.example', '1022'];
    expect(fitButtons(buttons, () => true).shown.map((button) => button.title)).toEqual(titles);
    expect(fitButtons(buttons, () => false).lines).toEqual([
      '1. 1',
      'site.example: https://site.example/a?b=c',
      '1022',
    ]);
  });

  it('does not repeat a number that the title names with spaces', () => {
    const button = { kind: 'phone' as const, title: 'Gọi 1900 9068', number: '19009068' };
    expect(fitButtons([button], () => false).lines).toEqual(['Gọi 1900 9068']);
  });

  it('does not repeat a number that the title names', () => {
    expect(fitButtons([{ kind: 'phone', title: 'Gọi 1022', number: '1022' }], () => false).lines).toEqual([
      'Gọi 1022',
    ]);
  });
});

describe('internationalNumber', () => {
  it.each([
    ['0251 3888 888', '842513888888'],
    ['0912.345.678', '84912345678'],
    ['+84912345678', '84912345678'],
    ['84912345678', '84912345678'],
  ])('reads %s', (number, expected) => {
    expect(internationalNumber(number)).toBe(expected);
  });

  it.each(['113', '1022', '19001096', '18001096', '', '00 84', 'gọi'])('leaves %p to the text', (number) => {
    expect(internationalNumber(number)).toBeUndefined();
  });
});

describe('isWebUrl', () => {
  it('accepts web addresses only', () => {
    expect(isWebUrl('https://dichvucong.gov.vn/?a=1')).toBe(true);
    expect(isWebUrl('javascript:alert(1)')).toBe(false);
    expect(isWebUrl('dichvucong.gov.vn')).toBe(false);
    expect(isWebUrl('https://a b')).toBe(false);
  });
});
