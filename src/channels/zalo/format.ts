import type { Button, Reply } from '../../core/reply.ts';
import { fitButtons, internationalNumber, isWebUrl } from '../shared/fit-buttons.ts';
import { packSections } from '../shared/split-text.ts';
import { wrapPressPayload } from './press-payload.ts';

/** Zalo refuses 2,000 characters; how it counts is not documented, so we stay below. */
export const zaloTextLimitChars = 1900;
const zaloButtonLimit = 5;

interface ZaloButton {
  title: string;
  type: 'oa.open.url' | 'oa.query.hide' | 'oa.open.phone';
  payload: string | { url: string } | { phone_code: string };
}

/** The `message` of one call to /v3.0/oa/message/cs. */
export interface ZaloMessageBody {
  text: string;
  buttons: ZaloButton[];
  /** The buttons written out, for recipients and accounts to which none can be sent. */
  buttonLines: string[];
}

/**
 * The messages that show a reply: at most 1,900 characters each, the buttons (at most five, in the reply's order) under
 * the last one. What does not fit as a button follows as numbered or linked lines of text.
 */
export function formatForZalo(reply: Reply): ZaloMessageBody[] {
  const { shown, lines } = fitButtons(
    reply.buttons,
    (button, already) => already.length < zaloButtonLimit && toZaloButton(button) !== undefined,
  );
  const buttons = shown.flatMap((button) => toZaloButton(button) ?? []);
  const buttonLines = fitButtons(reply.buttons, () => false).lines;
  const texts = packSections([...reply.sections, lines.join('\n')], zaloTextLimitChars);
  // Buttons hang under a text: without one, what they say is the text.
  if (texts.length === 0) texts.push(...packSections([buttonLines.join('\n')], zaloTextLimitChars));
  return texts.map((text, index) =>
    index === texts.length - 1
      ? { text, buttons, buttonLines: buttonLines.filter((line) => !text.includes(line)) }
      : { text, buttons: [], buttonLines: [] },
  );
}

function toZaloButton(button: Button): ZaloButton | undefined {
  switch (button.kind) {
    case 'choice': {
      const payload = wrapPressPayload(button.payload);
      return payload === undefined ? undefined : { title: button.title, type: 'oa.query.hide', payload };
    }
    case 'link':
      return isWebUrl(button.url)
        ? { title: button.title, type: 'oa.open.url', payload: { url: button.url } }
        : undefined;
    case 'phone': {
      const number = internationalNumber(button.number);
      return number === undefined
        ? undefined
        : { title: button.title, type: 'oa.open.phone', payload: { phone_code: number } };
    }
  }
}
