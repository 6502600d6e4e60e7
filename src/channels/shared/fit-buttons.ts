import type { Button } from '../../core/reply.ts';
import { buttonTitleLimit } from '../../core/reply.ts';
import { clipTitle } from './split-text.ts';

/** Buttons as one platform can show them, and lines of text for what it cannot. */
export interface FittedButtons {
  shown: Button[];
  /** One line each; choices carry the number by which the citizen may pick them. */
  lines: string[];
}

/**
 * Sorts buttons into those that fit and lines of text, so that nothing offered is lost. Buttons are taken in order:
 * the conversation puts the most useful first. `fits` tells whether one more can be shown beside `shown`.
 * A choice's number is its place among all choices of the reply. A choice whose title is too long for a button is
 * shown shortened with its number, and written out whole as a line. No platform takes a button without a title: one
 * that has none is called by where it leads.
 */
export function fitButtons(
  buttons: readonly Button[],
  fits: (button: Button, shown: readonly Button[]) => boolean,
): FittedButtons {
  const shown: Button[] = [];
  const lines: string[] = [];
  let number = 0;
  for (const offered of buttons) {
    if (offered.kind === 'choice') number += 1;
    const button =
      offered.title.trim() === '' ? { ...offered, title: destination(offered, number) } : offered;
    const isLong = button.title.normalize('NFC').trim().length > buttonTitleLimit;
    const isShown = fits(button, shown);
    if (isShown) shown.push({ ...button, title: shortTitle(button, number, isLong) });
    if (!isShown || (isLong && button.kind === 'choice')) lines.push(writeOut(button, number));
  }
  return { shown, lines };
}

function destination(button: Button, number: number): string {
  switch (button.kind) {
    case 'choice':
      return String(number);
    case 'link':
      return URL.parse(button.url)?.hostname || button.url;
    case 'phone':
      return button.number;
  }
}

function shortTitle(button: Button, number: number, isLong: boolean): string {
  // Shortened titles of similar procedures may be equal: the number tells them apart.
  const title = isLong && button.kind === 'choice' ? `${number}. ${button.title}` : button.title;
  return clipTitle(title, buttonTitleLimit);
}

/** A button as a line of text; both platforms make links and telephone numbers in text tappable. */
function writeOut(button: Button, number: number): string {
  switch (button.kind) {
    case 'choice':
      return `${number}. ${button.title}`;
    case 'link':
      return `${button.title}: ${button.url}`;
    case 'phone':
      return button.title.replace(/[\s.]/g, '').includes(button.number)
        ? button.title
        : `${button.title}: ${button.number}`;
  }
}

/** Whether a link can be opened by a button. */
export function isWebUrl(url: string): boolean {
  return /^https?:\/\/[^\s]+$/i.test(url) && URL.canParse(url);
}

/**
 * A Vietnamese number with its country code and no plus sign ("84251388…"); undefined for what works only inside the
 * country: emergency numbers, 1022, 1800/1900 lines.
 */
export function internationalNumber(number: string): string | undefined {
  const digits = number.replace(/[\s.()-]/g, '');
  const national = /^(?:\+?84|0)([1-9]\d{8,9})$/.exec(digits)?.[1];
  return national === undefined ? undefined : `84${national}`;
}
