import { mkdir } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { expect } from '@jest/globals';
import type { Page } from 'playwright-core';
import { accessibilityFaults } from './accessibility.ts';

const projectDir = resolve(import.meta.dirname, '../..');

/** The screens that pages are looked at on. */
const screens = {
  phone: { width: 390, height: 844 },
  desktop: { width: 1280, height: 800 },
} as const;

/** Rows far down are made as those above; looking at each of a hundred takes many times as long. */
const shortenTables = `document.querySelectorAll('tbody').forEach((body) => {
  while (body.rows.length > 8) body.deleteRow(8);
})`;

/**
 * Looks at the page that is open on both screens: nothing is wider than the screen, and on a phone, where every part is
 * within reach, there is no fault for a screen reader; `also` names a screen whose own layout is looked at like that too.
 * With KEEP_SCREENSHOTS a picture of each is kept in that folder, as `<name>-<screen>.png`.
 */
export async function lookAtPage(page: Page, name: string, also?: 'desktop'): Promise<void> {
  const before = page.viewportSize();
  for (const screen of ['phone', 'desktop'] as const) {
    await page.setViewportSize(screens[screen]);
    const overflow = await page.evaluate<number>('document.documentElement.scrollWidth - window.innerWidth');
    expect([name, screen, overflow <= 0]).toEqual([name, screen, true]);
    if (process.env.KEEP_SCREENSHOTS !== undefined) {
      const folder = join(projectDir, process.env.KEEP_SCREENSHOTS);
      await mkdir(folder, { recursive: true });
      await page.screenshot({ path: join(folder, `${name}-${screen}.png`), fullPage: true });
    }
  }
  await page.evaluate(shortenTables);
  for (const screen of ['phone', ...(also === 'desktop' ? (['desktop'] as const) : [])] as const) {
    await page.setViewportSize(screens[screen]);
    expect([name, screen, await accessibilityFaults(page)]).toEqual([name, screen, []]);
  }
  if (before !== null) await page.setViewportSize(before);
}
