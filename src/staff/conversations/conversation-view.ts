import type { LogExchange } from '../../core/conversation-log.ts';
import { AppError } from '../../core/errors.ts';
import type { HandoverMessage } from '../../core/handover.ts';
import { covers } from '../../core/staff.ts';
import { actionForm, button, dataTable, factList, faultSummary, formFields, tag } from '../components.ts';
import type { Faults } from '../form.ts';
import { formatClock, timeTag } from '../format-time.ts';
import { html, type Html } from '../html.ts';
import { aspectName, categoryName, channelName, decisionTag, shortCitizen } from '../log-words.ts';
import type { PageAnswer, UnitContext } from '../route.ts';
import { showCounting } from './counting.ts';

/** One conversation as the citizen saw it, masked, with why each answer is what it is. */
export async function showConversation(context: UnitContext, faults: Faults): Promise<PageAnswer> {
  const { t, stores, param, path } = context;
  const conversation = await stores.log.read(param('id'));
  if (conversation === undefined) throw new AppError('not-found', 'The unit has no such exchange.');
  const { exchanges, officers, earlier, later } = conversation;
  const [first] = exchanges;
  const asked = exchanges.find(({ id }) => id === param('id'));
  const link = (id: string, label: string) => html`<a href="${path(`/conversations/${id}`)}">${label}</a>`;
  const body = html` ${faultSummary(faults, t)}
    ${
      first !== undefined &&
      html`<p>
        ${channelName(first.channel, t)} · ${t('staff-conversations:citizen')}
        <code>${shortCitizen(first.citizen)}</code> · ${timeTag(first.receivedAt)}
        ${first.test && tag(t('staff-conversations:test'), 'warn')}
        ${first.outreach !== null && html`· ${t('staff-conversations:outreach')}: ${first.outreach}`}
      </p>`
    }
    ${earlier !== null && html`<p>${link(earlier, t('staff-conversations:earlier'))}</p>`}
    <ol class="talk">
      ${weave(exchanges, officers).map((part) =>
        'decision' in part ? showExchange(part, context) : showOfficer(part, context),
      )}
    </ol>
    ${later !== null && html`<p>${link(later, t('staff-conversations:later'))}</p>`}
    ${labelPart(context, asked, faults)}
    ${asked !== undefined && (await showCounting(context, asked, faults))}`;
  const back = { to: path('/conversations'), label: t('staff-conversations:title') };
  return { kind: 'page', title: t('staff-conversations:one'), back, body };
}

/** Exchanges and officers' messages in the order in which they happened. */
function weave(
  exchanges: readonly LogExchange[],
  officers: readonly HandoverMessage[],
): (LogExchange | HandoverMessage)[] {
  const timeOf = (part: LogExchange | HandoverMessage) => ('decision' in part ? part.receivedAt : part.at);
  return [...exchanges, ...officers].sort((one, other) => (timeOf(one) < timeOf(other) ? -1 : 1));
}

function showExchange(exchange: LogExchange, { t, services }: UnitContext): Html {
  const { id, kind, maskedText, erased, replyText, links, decision, receivedAt } = exchange;
  const said =
    maskedText !== null
      ? html`<pre class="words">${maskedText}</pre>`
      : html`<p class="hint">
          ${t(erased ? 'staff-conversations:erased' : `staff-conversations:kind.${kind}`)}
        </p>`;
  return html`<li id="x-${id}" class="exchange">
    <div class="bubble bubble-citizen">
      <p class="who">${t('staff-conversations:from_citizen')} · ${formatClock(receivedAt)}</p>
      ${said}
    </div>
    ${
      replyText !== '' &&
      html`<div class="bubble bubble-bot">
        <p class="who">
          ${t('staff-conversations:from_bot')} ${decisionTag(decision, t)} ${judgement(exchange, t)}
        </p>
        <pre class="words">${replyText}</pre>
        ${
          links.length > 0 &&
          html`<ul class="list">
            ${links.map((link) => html`<li><a href="${link}" rel="noreferrer">${link}</a></li>`)}
          </ul>`
        }
      </div>`
    }
    ${replyText === '' && html`<p class="hint">${t('staff-conversations:no_reply')} ${decisionTag(decision, t)}</p>`}
    ${showReasons(exchange, t, services.topicName)}
  </li>`;
}

type Text = UnitContext['t'];

function judgement({ helpful, feedbackReason }: LogExchange, t: Text): Html {
  if (helpful === null) return html``;
  if (helpful) return tag(t('staff-conversations:helpful'), 'good');
  const reason = feedbackReason === null ? '' : `bot:feedback.reason.${feedbackReason}`;
  return html`${tag(t('staff-conversations:not_helpful'), 'bad')}
  ${reason !== '' && t.has(reason) && t(reason)}`;
}

/** Why this answer: what was found in the words, what else it might have been, which version said it. */
function showReasons(exchange: LogExchange, t: Text, topicName: (topic: string) => string): Html {
  const { topic, aspect, confidence, candidates, explanation, deliveries, sensitive } = exchange;
  const percent = (share: number) => `${Math.round(share * 100)}%`;
  return html`<details class="reasons">
    <summary>${t('staff-conversations:why')}</summary>
    ${factList([
      [t('staff-conversations:topic'), topic === null ? '–' : topicName(topic)],
      [t('staff-conversations:aspect'), aspect === null ? '–' : aspectName(aspect, t)],
      [t('staff-conversations:confidence'), confidence === null ? '–' : percent(confidence)],
      ...(sensitive === null
        ? []
        : [[t('staff-conversations:sensitive'), categoryName(sensitive, t)] as const]),
      [t('staff-conversations:content_version'), html`<code>${exchange.contentVersion}</code>`],
      [t('staff-conversations:matcher_version'), html`<code>${exchange.matcherVersion}</code>`],
      [
        t('staff-conversations:delivery'),
        deliveries.length === 0
          ? '–'
          : html`<ul class="list">
              ${deliveries.map(({ status, code }) => html`<li>${deliveryName(status, t)} ${code !== null && html`<code>${code}</code>`}</li>`)}
            </ul>`,
      ],
    ])}
    ${dataTable({
      caption: t('staff-conversations:explanation'),
      empty: t('staff-conversations:no_explanation'),
      rows: explanation,
      columns: [
        { label: t('staff-conversations:clue'), cell: ({ code }) => t(`staff-conversations:clues.${code}`) },
        { label: t('staff-conversations:found'), cell: (clue) => nameClue(clue, t, topicName) },
        {
          label: t('staff-conversations:weight'),
          numeric: true,
          cell: ({ weight }) => (weight === undefined ? '' : weight.toFixed(2).replace('.', ',')),
        },
      ],
    })}
    ${
      candidates.length > 0 &&
      dataTable({
        caption: t('staff-conversations:candidates'),
        empty: '',
        rows: candidates,
        columns: [
          { label: t('staff-conversations:topic'), cell: ({ topic: id }) => topicName(id) },
          { label: t('staff-conversations:confidence'), numeric: true, cell: ({ score }) => percent(score) },
        ],
      })
    }
  </details>`;
}

/** A clue with the names of what it is about instead of their ids. */
function nameClue(
  { code, text }: LogExchange['explanation'][number],
  t: Text,
  topicName: (topic: string) => string,
): string {
  if (code === 'aspect') return text.replace(/[a-z]+(?=”$)/u, (aspect) => aspectName(aspect, t));
  const isAboutTopic = code === 'runner-up' || code === 'rejected' || code === 'context';
  return isAboutTopic ? text.replace(/[\w:.-]+$/u, topicName) : text;
}

function deliveryName(status: string, t: Text): string {
  const key = `staff-conversations:deliveries.${status}`;
  return t.has(key) ? t(key) : status;
}

function showOfficer({ officer, text, at }: HandoverMessage, { t }: UnitContext): Html {
  return html`<li class="exchange">
    <div class="bubble bubble-officer">
      <p class="who">${t('staff-conversations:from_officer', { officer })} · ${formatClock(at)}</p>
      <pre class="words">${text}</pre>
    </div>
  </li>`;
}

/** Labels of the exchange that was opened, and a form for more. */
function labelPart(
  { t, csrf, path, role }: UnitContext,
  exchange: LogExchange | undefined,
  faults: Faults,
): Html {
  if (exchange === undefined) return html``;
  const own = path(`/conversations/${exchange.id}/labels`);
  const mayLabel = covers(role, 'reviewer');
  const labels = exchange.labels.map((label) =>
    mayLabel
      ? html`<li>
          ${tag(label)}
          ${actionForm({
            action: `${own}/remove`,
            csrf,
            body: html`<input type="hidden" name="label" value="${label}" /><button
                type="submit"
                class="button-link"
              >
                ${t('staff-conversations:remove_label', { label })}
              </button>`,
          })}
        </li>`
      : html`<li>${tag(label)}</li>`,
  );
  return html`<h2>${t('staff-conversations:labels')}</h2>
    <p class="hint">${t('staff-conversations:labels_hint')}</p>
    ${
      labels.length > 0 &&
      html`<ul class="labels">
        ${labels}
      </ul>`
    }
    ${
      mayLabel &&
      actionForm({
        action: own,
        csrf,
        body: [
          formFields(undefined, faults).text({
            name: 'label',
            label: t('staff-conversations:new_label'),
            maxLength: 40,
            width: 24,
          }),
          button(t('staff-conversations:add_label'), 'secondary'),
        ],
      })
    }`;
}
