import type { PreviewedAnswer } from '../../core/preview.ts';
import { html, type Html } from '../html.ts';
import type { StaffText } from '../staff-text.ts';

/** Answers as one channel shows them, each under the question that leads to it. */
export function showAnswers(answers: readonly PreviewedAnswer[], channel: string, t: StaffText): Html {
  return html`<section class="phone phone-${channel}" aria-label="${channelName(channel, t)}">
    <h3>${channelName(channel, t)}</h3>
    ${answers.map(
      ({ question, bubbles }) =>
        html`<p class="asked">${question}</p>
          ${(bubbles.get(channel) ?? []).map(
            ({ text, buttons }) =>
              html`<pre class="shown words">${text}</pre>
                ${buttons.length > 0 && html`<ul class="shown-buttons">
                  ${buttons.map(({ title, look }) => html`<li class="shown-button shown-${look}">${title}</li>`)}
                </ul>`}`,
          )}`,
    )}
  </section>`;
}

/** A channel's name for officers; one that has no text is shown by its id. */
export function channelName(channel: string, t: StaffText): string {
  const key = `staff-content:channel.${channel}`;
  return t.has(key) ? t(key) : channel;
}

/** Names of the channels that answers are previewed for. */
export function previewedChannels(answers: readonly PreviewedAnswer[]): string[] {
  return [...(answers[0]?.bubbles.keys() ?? [])];
}
