import { z } from 'zod';
import type { LogExchange } from '../../core/conversation-log.ts';
import { AppError } from '../../core/errors.ts';
import { covers } from '../../core/staff.ts';
import { actionForm, button, formFields, notice } from '../components.ts';
import { optionalLine, type Faults } from '../form.ts';
import { timeTag } from '../format-time.ts';
import { flag, html, type Html } from '../html.ts';
import type { Answer, UnitContext } from '../route.ts';

/** What an officer says of the person of a conversation. */
export const countingForm = z
  .object({ act: z.enum(['leave-out', 'count']), reason: optionalLine(200) })
  .refine(({ act, reason }) => act === 'count' || reason !== '', { path: ['reason'], message: 'required' });

/** Whether the person of a conversation counts as a citizen, and the way to say that it is one of the staff. */
export async function showCounting(
  { t, csrf, path, role, stores }: UnitContext,
  exchange: LogExchange,
  faults: Faults,
): Promise<Html> {
  const mark = (await stores.uncounted.list()).find(({ citizen }) => citizen === exchange.citizen);
  const mayChange = covers(role, 'reviewer');
  const action = path(`/conversations/${exchange.id}/counting`);
  if (mark !== undefined) {
    return html`${notice(
      html`<p>${t('staff-conversations:left_out')}</p>
        <p>${mark.reason} (${mark.markedBy}, ${timeTag(mark.markedAt)})</p>`,
      'warn',
    )}
    ${
      mayChange &&
      actionForm({
        action,
        csrf,
        body: button(t('staff-conversations:count_again'), 'secondary', { name: 'act', value: 'count' }),
      })
    }`;
  }
  if (!mayChange) return html``;
  return html`<details ${flag('open', faults['reason'] !== undefined)}>
    <summary>${t('staff-conversations:is_staff')}</summary>
    <p>${t('staff-conversations:leave_out_intro')}</p>
    ${actionForm({
      action,
      csrf,
      body: [
        formFields(undefined, faults).text({
          ...{ name: 'reason', label: t('staff-conversations:leave_out_reason') },
          ...{ hint: t('staff-conversations:leave_out_hint'), maxLength: 200, width: 40 },
        }),
        button(t('staff-conversations:leave_out'), 'danger', { name: 'act', value: 'leave-out' }),
      ],
    })}
  </details>`;
}

/** Leaves the person of a conversation out of all figures from now on, or counts them again; what was filed stays. */
export async function changeCounting(
  context: UnitContext,
  { act, reason }: z.output<typeof countingForm>,
): Promise<Answer> {
  const { stores, param, path, user, now } = context;
  const id = param('id');
  const exchange = (await stores.log.read(id))?.exchanges.find((one) => one.id === id);
  if (exchange === undefined) throw new AppError('not-found', 'The unit has no such exchange.');
  const { citizen } = exchange;
  const entry = { citizen, reason, markedBy: user.username, markedAt: now.toISOString() };
  await context.change(
    { action: `counting.${act}`, subject: `citizen:${citizen}` },
    async ({ uncounted }) => {
      const isChanged = act === 'leave-out' ? await uncounted.mark(entry) : await uncounted.unmark(citizen);
      if (!isChanged) return { result: undefined, unchanged: true };
      const said = { counted: act === 'count', reason };
      return { before: { counted: act !== 'count' }, after: said, result: undefined };
    },
  );
  return {
    kind: 'redirect',
    to: path(`/conversations/${id}`),
    done: act === 'count' ? 'counted' : 'left_out',
  };
}
