import { createInteractionStore } from '../../src/storage/sql/interaction-store.ts';
import { anInteraction } from '../services/storage-fixtures.ts';
import { homeUnit, type StaffBrowser, type StaffSite } from './staff-console.ts';

/** Paths of what `prepareRows` made. */
export interface PreparedRows {
  report: string;
  /** An edit that waits for an approver. */
  change: string;
  outreach: string;
  /** A hand-over that the officer has taken. */
  handover: string;
  /** An example of the draft. */
  example: string;
  /** A question that waits to be reviewed. */
  question: string;
}

/** One of everything that pages of a unit show, made by an admin of the province and a second officer who drafts. */
export async function prepareRows(
  site: StaffSite,
  admin: StaffBrowser,
  drafter: StaffBrowser,
  options: { at: Date; unit?: string },
): Promise<PreparedRows> {
  const { unit = homeUnit } = options;
  const home = `/staff/${unit}`;
  const day = options.at.toISOString().slice(0, 10);
  const receivedAt = new Date(options.at.getTime() - 3_600_000).toISOString();
  const ask = (maskedText: string) =>
    anInteraction({
      ...{ unitId: unit, decision: 'fallback', topic: null, confidence: 0.1, maskedText },
      ...{ receivedAt, handledAt: receivedAt },
    });
  const asked = [ask('cái sổ đi tây lấy ở đâu vậy'), ask('nuôi chim yến thì xin ai')] as const;
  await createInteractionStore(site.database).append(asked);

  await admin.get(home);
  const [{ id }, waiting] = asked;
  const verdict = { group: id, id, verdict: 'belongs', topic: 'passport' };
  await send(admin, `${home}/review/verdict`, verdict);
  const draft = await admin.get(`${home}/review/draft`);
  const report = await send(admin, `${home}/reports`, { period: `${day.slice(0, 4)}-Q4` });
  const outreach = await send(admin, `${home}/outreach/new`, {
    ...{ kind: 'poster', title: 'Áp phích ở nhà văn hóa khu phố 3', day },
  });
  const open = await site.waiting.ask({ unitId: unit });
  await site.waiting.ask({ unitId: unit, words: 'xin gặp cán bộ tư pháp' });
  await send(admin, `${home}/handovers/${open}/take`, {});

  await drafter.get(home);
  const change = await send(drafter, `${home}/content/facts/tracking/new`, {
    ...{ text_vi: 'Tra cứu tại bàn số 1.', confirmed_by: 'Lan', confirmed_on: day, note: 'Thông báo 12' },
  });
  await send(drafter, `${change}/submit`, {});
  return {
    ...{ report, change, outreach },
    handover: `${home}/handovers/${open}`,
    example: /(\/staff\/[^"]*\/review\/draft\/\d+)"/.exec(draft.text)?.[1] ?? '',
    question: `${home}/review/questions/${waiting.id}`,
  };
}

/** Sends a form and returns where it leads. Throws when it is refused. */
async function send(browser: StaffBrowser, path: string, form: Record<string, string>): Promise<string> {
  const answer = await browser.post(path, form);
  if (answer.status !== 303) throw new Error(`${path} was refused: ${answer.status}\n${answer.text}`);
  return answer.location.split('?')[0] ?? '';
}
