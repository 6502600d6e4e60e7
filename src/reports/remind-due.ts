import type { Logger, SendMail } from '../core/ports.ts';
import { namePeriod, type Wording } from './document/wording.ts';
import type { DueReport } from './due-reports.ts';
import { formatDay } from './format-number.ts';
import type { ReportDesk } from './report-desk.ts';
import type { ReportUnit } from './report-unit.ts';

/** Where it is remembered who was reminded of what. */
interface Memory {
  read(key: string): Promise<unknown>;
  write(key: string, value: unknown): Promise<void>;
}

export interface ReminderTools {
  reports: Pick<ReportDesk, 'listDue'>;
  units(): readonly ReportUnit[];
  /** Absent where no mail server is configured; then reminders are shown in the console only. */
  sendMail: SendMail | undefined;
  memory: Memory;
  words: Wording;
  logger: Logger;
}

/** Days before the due day (and after it, negative) on which a reminder goes out. */
const steps = [10, 5, 2, 0, -3, -10];

/** Reminds each unit's addresses of reports that are due, once per step, and tells how many are open. */
export async function remindDue(tools: ReminderTools): Promise<number> {
  const units = tools.units();
  const due = await tools.reports.listDue(units.map(({ id }) => id));
  for (const report of due) {
    const to = units.find(({ id }) => id === report.unitId)?.remind ?? [];
    const step = steps.findLast((one) => report.daysLeft <= one);
    if (to.length === 0 || step === undefined || tools.sendMail === undefined) continue;
    const key = `reminded:${report.unitId}:${report.period.id}`;
    if ((await tools.memory.read(key)) === step) continue;
    try {
      await tools.sendMail({ to, ...compose(report, tools.words) });
      await tools.memory.write(key, step);
    } catch (error) {
      tools.logger.warn(
        { error, unit: report.unitId, period: report.period.id },
        'a reminder could not be sent; the next run tries again',
      );
    }
  }
  return due.length;
}

function compose(report: DueReport, words: Wording): { subject: string; text: string } {
  const values = {
    period: namePeriod(report.period, words),
    due: formatDay(report.dueOn),
    days: Math.abs(report.daysLeft),
    unit: report.unitId,
  };
  const when = report.daysLeft < 0 ? 'late' : report.daysLeft === 0 ? 'today' : 'ahead';
  return {
    subject: words.say(`remind.subject_${when}`, values),
    text: words.say(`remind.text_${report.state}`, values),
  };
}
