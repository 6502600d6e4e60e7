import { z } from 'zod';
import type { UnitSetting } from '../../content/overlay/content-change.ts';
import type { FormFields } from '../components.ts';
import { filled, textAt, type FactForm, type Item } from '../content/part-form.ts';
import { optionalLine, optionalLines, line, tick, wholeNumber } from '../form.ts';
import type { Html } from '../html.ts';
import type { StaffText } from '../staff-text.ts';

const reportLines = ['superior', 'issuer', 'issuer_name', 'place', 'symbol', 'signer_name', 'plan'] as const;
const reportLists = ['addressees', 'recipients', 'signer', 'remind'] as const;

/** One entry a line; none is left out. */
const list = optionalLines(2_000).transform((text) =>
  text
    .split('\n')
    .map((entry) => entry.trim())
    .filter((entry) => entry !== ''),
);

const each = <Name extends string, T>(names: readonly Name[], value: T) =>
  Object.fromEntries(names.map((name) => [name, value])) as Record<Name, T>;

/** The forms of a unit's settings; what the file says beside them stays as it is. */
export const settingForms: Record<UnitSetting, FactForm> = {
  report: {
    shape: 'single',
    isSetting: true,
    carried: ['preset', 'template', 'quotas'],
    summary: (item) => textAt(item, 'issuer'),
    fields: (draw, item, { t }) => [
      ...reportLines.map((name) =>
        draw.text({ ...labelled(name, t), value: textAt(item, name), maxLength: 300 }),
      ),
      ...reportLists.map((name) =>
        draw.area({ ...labelled(name, t), value: listAt(item, name), rows: 3, maxLength: 2_000 }),
      ),
      draw.radios({
        ...labelled('cutoff', t),
        value: textAt(item, 'cutoff') || 'standard',
        choices: (['standard', 'calendar'] as const).map((value) => ({
          value,
          label: t(`staff-settings:cutoff_of.${value}`),
        })),
      }),
      number(draw, 'due_day', item, t),
    ],
    form: z
      .object({
        ...each(reportLines, optionalLine(300)),
        ...each(['addressees', 'recipients', 'signer'], list),
        remind: list.pipe(z.array(z.email()).max(20)),
        cutoff: z.enum(['standard', 'calendar']),
        due_day: z.union([z.literal('').transform(() => undefined), wholeNumber(1, 31)]),
      })
      .transform((form) => withoutEmpty(form)),
  },
  privacy: {
    shape: 'single',
    isSetting: true,
    summary: (item) => textAt(item, 'keep_text_days'),
    fields: (draw, item, { t }) => [
      number(draw, 'keep_text_days', item, t),
      draw.text({
        ...labelled('notice_version', t),
        value: textAt(item, 'notice_version'),
        maxLength: 20,
        width: 8,
      }),
    ],
    form: z.object({ keep_text_days: wholeNumber(1, 3_650), notice_version: line(20) }),
  },
  conversation: {
    shape: 'single',
    isSetting: true,
    summary: (item) => textAt(item, 'handover_minutes'),
    fields: (draw, item, { t }) => [
      ...(['handover_minutes', 'context_minutes', 'feedback_every', 'messages_per_minute'] as const).map(
        (name) => number(draw, name, item, t),
      ),
      draw.ticks({
        label: t('staff-settings:setting.survey'),
        boxes: [{ name: 'survey', label: t('staff-settings:survey_on'), on: item?.['survey'] === true }],
      }),
    ],
    form: z.object({
      handover_minutes: wholeNumber(5, 10_080),
      context_minutes: wholeNumber(1, 1_440),
      feedback_every: wholeNumber(0, 100),
      messages_per_minute: wholeNumber(20, 100_000),
      survey: tick,
    }),
  },
};

/** Without what was left empty, lists too. */
function withoutEmpty(item: Item): Item {
  const kept = Object.entries(item).filter(([, value]) => !Array.isArray(value) || value.length > 0);
  return filled(Object.fromEntries(kept));
}

function labelled(name: string, t: StaffText): { name: string; label: string; hint?: string } {
  const hint = `staff-settings:setting_hint.${name}`;
  return { name, label: t(`staff-settings:setting.${name}`), ...(t.has(hint) ? { hint: t(hint) } : {}) };
}

function number(draw: FormFields, name: string, item: Item | undefined, t: StaffText): Html {
  return draw.text({
    ...labelled(name, t),
    value: textAt(item, name),
    inputMode: 'numeric',
    maxLength: 6,
    width: 8,
  });
}

function listAt(item: Item | undefined, name: string): string {
  const value = item?.[name];
  return Array.isArray(value) ? value.join('\n') : '';
}
