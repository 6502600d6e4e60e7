import type { Button, Reply } from '../../core/reply.ts';
import { fitButtons, internationalNumber, isWebUrl } from '../shared/fit-buttons.ts';
import { packSections, packWithTail } from '../shared/split-text.ts';

/** Meta says "under 2,000" without saying of what; other senders had trouble near the edge. */
export const messengerTextLimitChars = 1900;
/** Text of a button template. */
const messengerTemplateLimitChars = 640;
const messengerQuickReplyLimit = 13;
const messengerButtonLimit = 3;
const payloadLimitChars = 1000;

interface QuickReply {
  content_type: 'text';
  title: string;
  payload: string;
}

type TemplateButton =
  { type: 'web_url'; title: string; url: string } | { type: 'phone_number'; title: string; payload: string };

/** The `message` of one Send API call, without the metadata that the client adds. */
export type MessengerMessageBody =
  | { text: string; quick_replies?: QuickReply[] }
  | {
      attachment: {
        type: 'template';
        payload: { template_type: 'button'; text: string; buttons: TemplateButton[] };
      };
      quick_replies?: QuickReply[];
    };

/**
 * The messages that show a reply. Choices become quick replies (at most 13), which hang on the last message because
 * Messenger hides them elsewhere; links and full telephone numbers become the buttons (at most 3) of a template, whose
 * text is the end of the reply (at most 640). What does not fit follows as lines of text.
 */
export function formatForMessenger(reply: Reply): MessengerMessageBody[] {
  const { shown, lines } = fitButtons(reply.buttons, fitsBeside);
  const quickReplies = shown.flatMap((button) => toQuickReply(button) ?? []);
  const templateButtons = shown.flatMap((button) => toTemplateButton(button) ?? []);
  let sections = [...reply.sections, lines.join('\n')];
  // Buttons hang under a text: without one, what they say is the text.
  if (sections.every((section) => section.trim() === '')) {
    sections = [fitButtons(reply.buttons, () => false).lines.join('\n')];
  }
  const attached = quickReplies.length > 0 ? { quick_replies: quickReplies } : {};
  if (templateButtons.length === 0) {
    const texts = packSections(sections, messengerTextLimitChars);
    return texts.map((text, index) => (index === texts.length - 1 ? { text, ...attached } : { text }));
  }
  const { lead, tail } = packWithTail(sections, messengerTextLimitChars, messengerTemplateLimitChars);
  const payload = { template_type: 'button' as const, text: tail ?? '', buttons: templateButtons };
  return [...lead.map((text) => ({ text })), { attachment: { type: 'template', payload }, ...attached }];
}

function fitsBeside(button: Button, shown: readonly Button[]): boolean {
  if (button.kind === 'choice') {
    const choices = shown.filter((one) => one.kind === 'choice').length;
    return choices < messengerQuickReplyLimit && toQuickReply(button) !== undefined;
  }
  const others = shown.filter((one) => one.kind !== 'choice').length;
  return others < messengerButtonLimit && toTemplateButton(button) !== undefined;
}

function toQuickReply(button: Button): QuickReply | undefined {
  return button.kind === 'choice' && button.payload.length <= payloadLimitChars
    ? { content_type: 'text', title: button.title, payload: button.payload }
    : undefined;
}

function toTemplateButton(button: Button): TemplateButton | undefined {
  if (button.kind === 'link' && isWebUrl(button.url)) {
    return { type: 'web_url', title: button.title, url: button.url };
  }
  const number = button.kind === 'phone' ? internationalNumber(button.number) : undefined;
  return number === undefined
    ? undefined
    : { type: 'phone_number', title: button.title, payload: `+${number}` };
}
