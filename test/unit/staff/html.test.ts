import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { flag, html, isSafeAddress } from '../../../src/staff/html.ts';
import { attackTexts } from '../../fixtures/attack-texts.ts';

describe('html', () => {
  it('escapes text between tags and in attributes', () => {
    expect(html`<p title="${'"><b>'}">${'<script>'} & ${'"\''}</p>`.toString()).toBe(
      '<p title="&quot;&gt;&lt;b&gt;">&lt;script&gt; & &quot;&#39;</p>',
    );
  });

  it('takes over markup that it made, and lists of it', () => {
    expect(html`<p>${['a', '<'].map((text) => html`<b>${text}</b>`)}</p>`.toString()).toBe(
      '<p><b>a</b><b>&lt;</b></p>',
    );
  });

  it('leaves nothing out but what is nothing', () => {
    expect(html`${0}|${''}|${null}|${undefined}|${false}`.toString()).toBe('0||||');
  });

  it('lets no text become a tag or leave its attribute', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        const markup = html`<a title="${text}">${text}</a>`.toString();
        return /^<a title="[^"<>']*">[^<>"']*<\/a>$/u.test(markup);
      }),
    );
  });

  it.each(attackTexts)('disarms %j', (text) => {
    const markup = html`<td data-label="${text}">${text}</td>`.toString();
    expect(markup.replace(/^<td data-label="/, '').replace(/<\/td>$/, '')).not.toMatch(/[<]|"(?!>)/);
  });

  it.each([
    'javascript:alert(1)',
    ' javascript:alert(1)',
    'data:text/html,x',
    '//evil.example',
    '/\\evil.example',
    'vbscript:x',
    'JaVaScRiPt:x',
  ])('leads no link to %j', (address) => {
    expect(isSafeAddress(address)).toBe(false);
    expect(html`<a href="${address}">x</a>`.toString()).toBe('<a href="#">x</a>');
  });

  it.each([
    'https://dichvucong.gov.vn/a?b=1',
    '/staff/hang-gon',
    'tel:1022',
    'mailto:a@b.vn',
    '#field-x',
    '?before=2',
  ])('leads links to %j', (address) => expect(isSafeAddress(address)).toBe(true));

  it('puts flags and whole attributes into a tag, and no text', () => {
    expect(html`<input ${flag('required', true)} ${flag('checked', false)} />`.toString()).toBe(
      '<input required  />',
    );
    expect(() => html`<input ${'onfocus=alert(1)'} />`).toThrow('only markup');
  });

  it('refuses templates with a value where none may stand', () => {
    const x = 'x';
    expect(() => html`<a href=${x}>x</a>`).toThrow('no value may stand here');
    expect(() => html`<${x}>x</p>`).toThrow('no value may stand here');
    expect(() => html`<p onclick="${x}">x</p>`).toThrow('no value may stand here');
    expect(() => html`<p style="${x}">x</p>`).toThrow('no value may stand here');
    expect(
      () =>
        html`<script>
          ${x};
        </script>`,
    ).toThrow('no value may stand here');
    expect(
      () =>
        html`<style>
          ${x}
        </style>`,
    ).toThrow('no value may stand here');
  });
});
