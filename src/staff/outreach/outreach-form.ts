import { z } from 'zod';
import { outreachKinds, type OutreachFacts, type OutreachItem } from '../../core/outreach.ts';
import type { FormFields } from '../components.ts';
import { day, line, optionalLine } from '../form.ts';
import { isSafeAddress, type Html } from '../html.ts';
import type { StaffText } from '../staff-text.ts';

/** Nobody reaches more people than this with one act; a slip of the keyboard does. */
const reachedAtMost = 10_000_000;

const orNull = (field: z.ZodType<string>) => field.transform((text) => (text === '' ? null : text));

/** Nothing was done before the register: an earlier year is a slip. */
const dayOfRegister = day.refine((text) => text >= '2020', 'staff-outreach:fault.day');

const webAddress = optionalLine(500).refine(
  (text) => text === '' || (/^https?:\/\//i.test(text) && URL.canParse(text) && isSafeAddress(text)),
  'staff-outreach:fault.link',
);

const reached = optionalLine(12)
  .transform((text) => text.replace(/[.\s]/g, ''))
  .refine(
    (text) => text === '' || (/^\d+$/.test(text) && Number(text) <= reachedAtMost),
    'staff-outreach:fault.reached',
  )
  .transform((text) => (text === '' ? null : Number(text)));

/** What the form of an item holds. */
export const outreachForm: z.ZodType<OutreachFacts> = z.object({
  kind: z.enum(outreachKinds),
  title: line(200),
  day: dayOfRegister,
  place: orNull(optionalLine(200)),
  audience: orNull(optionalLine(200)),
  link: orNull(webAddress),
  topic: orNull(optionalLine(80)),
  reached,
});

/** The fields, filled with an item where one is changed. */
export function outreachFields(
  fields: FormFields,
  t: StaffText,
  options: { item?: OutreachItem; today: string; topics: readonly { id: string; name: string }[] },
): Html[] {
  const { item, today, topics } = options;
  const label = (name: string) => ({ name, label: t(`staff-outreach:field.${name}`) });
  const hint = (name: string) => t(`staff-outreach:hint.${name}`);
  return [
    fields.select({
      ...label('kind'),
      value: item?.kind ?? 'article',
      choices: outreachKinds.map((kind) => ({ value: kind, label: t(`reports:outreach_kind.${kind}`) })),
    }),
    fields.text({
      ...label('title'),
      hint: hint('title'),
      value: item?.title ?? '',
      maxLength: 200,
      width: 60,
      required: true,
    }),
    fields.text({
      ...label('day'),
      type: 'date',
      value: item?.day ?? today,
      maxLength: 10,
      width: 12,
      required: true,
    }),
    fields.text({ ...label('place'), hint: hint('place'), value: item?.place ?? '', maxLength: 200 }),
    fields.text({
      ...label('audience'),
      hint: hint('audience'),
      value: item?.audience ?? '',
      maxLength: 200,
    }),
    fields.text({
      ...label('link'),
      hint: hint('link'),
      type: 'url',
      value: item?.link ?? '',
      maxLength: 500,
      width: 60,
    }),
    fields.select({
      ...label('topic'),
      hint: hint('topic'),
      value: item?.topic ?? '',
      choices: [
        { value: '', label: t('staff-outreach:no_topic') },
        ...topics.map(({ id, name }) => ({ value: id, label: name })),
      ],
    }),
    fields.text({
      ...label('reached'),
      hint: hint('reached'),
      value: item?.reached === null || item === undefined ? '' : String(item.reached),
      inputMode: 'numeric',
      maxLength: 12,
      width: 10,
    }),
  ];
}
