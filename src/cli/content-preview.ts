import { join } from 'node:path';
import type { Topic, Unit } from '../content/library.ts';
import { loadLibrary } from '../content/load-library.ts';
import { formatDay } from '../content/render-topic.ts';
import { loadTranslator } from '../content/translator.ts';
import { AppError } from '../core/errors.ts';
import type { PreviewedAnswer } from '../core/preview.ts';
import type { Language } from '../core/session.ts';
import { previewAnswers, type PreviewChannel } from '../knowledge/preview-topic.ts';

export { previewChannels } from '../knowledge/preview-topic.ts';

export interface PreviewOptions {
  topic: string;
  unit: string | undefined;
  /** Vietnamese calendar day, `YYYY-MM-DD`. */
  day: string;
  language: Language;
  channels: readonly PreviewChannel[];
}

/** One HTML page that shows every aspect of a topic as each channel would, on one day. */
export async function previewTopic(
  paths: { contentDir: string; unitsDir: string },
  options: PreviewOptions,
): Promise<string> {
  const library = await loadLibrary(paths.contentDir, paths.unitsDir);
  const t = await loadTranslator(join(paths.contentDir, 'locales'));
  const topic = library.topics.get(options.topic);
  if (topic === undefined) {
    throw new AppError(
      'not-found',
      `Không có chủ đề "${options.topic}" trong content/procedures, content/guides.`,
    );
  }
  const unit = options.unit === undefined ? [...library.units.values()][0] : library.units.get(options.unit);
  if (unit === undefined) throw new AppError('not-found', `Không có đơn vị "${options.unit ?? ''}".`);
  const { day, language } = options;
  const answers = previewAnswers(t, { library, unit, topic: topic.id, day, language });
  return renderPage(topic, unit, options, answers);
}

const channelNames: Record<PreviewChannel, string> = { zalo: 'Zalo', messenger: 'Messenger', web: 'Web' };

function renderPage(
  topic: Topic,
  unit: Unit,
  { day, language, channels }: PreviewOptions,
  answers: readonly PreviewedAnswer[],
): string {
  const title = `${topic.name.full[language] ?? topic.name.full.vi}`;
  const phones = channels.map((channel) => {
    const talk = answers.map((answer) => renderAnswer(channel, answer)).join('');
    return `<section class="phone ${channel}"><h2>${channelNames[channel]}</h2>${talk}</section>`;
  });
  return `<!doctype html>
<html lang="${language}"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escapeHtml(title)}</title><style>${css}</style></head><body>
<header><h1>${escapeHtml(title)}</h1><p>${escapeHtml(`${topic.id} · ${formatDay(day)} · ${unit.name.vi} · ${topic.confidence}`)}</p></header>
<main>${phones.join('')}</main></body></html>
`;
}

function renderAnswer(channel: PreviewChannel, { question, bubbles: shown }: PreviewedAnswer): string {
  const bubbles = (shown.get(channel) ?? []).map(({ text, buttons }) => {
    const row = buttons
      .map(({ title, look }) => `<span class="button ${look}">${escapeHtml(title)}</span>`)
      .join('');
    return `<div class="bubble"><p>${escapeHtml(text)}</p></div>${row === '' ? '' : `<div class="buttons">${row}</div>`}<small>${text.length}</small>`;
  });
  return `<p class="question">${escapeHtml(question)}</p>${bubbles.join('')}`;
}

function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (sign) => `&#${sign.charCodeAt(0)};`);
}

/** Widths and corners follow the applications on a small telephone (360 pixels). */
const css = `
*{box-sizing:border-box}body{margin:0;font:15px/1.4 system-ui,'Noto Sans',sans-serif;background:#e9ebf0;color:#111}
header{padding:8px 16px;background:#fff}h1{font-size:18px;margin:0}header p{margin:0;color:#555}
main{display:flex;flex-wrap:wrap;gap:16px;padding:16px;align-items:flex-start}
.phone{width:360px;padding:8px;background:#fff;border-radius:12px}h2{font-size:14px;margin:0 0 8px;text-align:center;color:#555}
.bubble{max-width:84%;padding:8px 12px;border-radius:14px;background:#eef0f4}.bubble p{margin:0;white-space:pre-wrap;overflow-wrap:anywhere}
.question{width:fit-content;max-width:84%;margin:12px 0 6px auto;padding:8px 12px;border-radius:14px;background:#0068ff;color:#fff}
.messenger .question{background:#0a7cff;border-radius:18px}.messenger .bubble{border-radius:18px}.web .question{background:#0b4a86}
.buttons{max-width:84%;margin:2px 0 0;display:flex;flex-wrap:wrap;gap:6px}
.zalo .buttons{flex-direction:column;gap:2px}.zalo .button{border-radius:8px;background:#f4f7ff;color:#0068ff;text-align:center;padding:8px}
.button{padding:6px 12px;border:1px solid #0a7cff;border-radius:18px;color:#0a56b0;font-size:14px}
.messenger .buttons{max-width:100%}.messenger .link{width:84%;text-align:center;background:#eef0f4;border:0;border-radius:8px}
.web .choice{border-color:#0b4a86}.link::after{content:' ↗'}
small{display:block;color:#888;font-size:11px;margin:0 0 6px}
`;
