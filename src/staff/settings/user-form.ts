import { z } from 'zod';
import { staffRoles } from '../../core/staff.ts';
import type { FormFields } from '../components.ts';
import { line, optionalLine } from '../form.ts';
import type { Html } from '../html.ts';
import type { StaffText } from '../staff-text.ts';

export const role = z.enum(staffRoles);

/** A new account; usernames are for ever, so they are plain. */
export const personForm = z.object({
  username: line(40)
    .transform((text) => text.toLowerCase())
    .refine((text) => /^[a-z0-9][a-z0-9._-]{2,39}$/.test(text), 'username_form'),
  name: line(100),
  email: optionalLine(200)
    .transform((text) => (text === '' ? null : text.toLowerCase()))
    .refine((text) => text === null || z.email().safeParse(text).success, 'email_form'),
});

/** The fields of a new account. */
export function personFields(fields: FormFields, t: StaffText): Html[] {
  return [
    fields.text({
      ...{ name: 'username', label: t('staff-settings:username'), hint: t('staff-settings:username_hint') },
      ...{ maxLength: 40, width: 30, required: true },
    }),
    fields.text({ name: 'name', label: t('staff-settings:name'), maxLength: 100, width: 30, required: true }),
    fields.text({
      ...{ name: 'email', label: t('staff-settings:email'), hint: t('staff-settings:email_hint') },
      ...{ type: 'email', maxLength: 200, width: 30 },
    }),
  ];
}

/** Which role, with what each may do. */
export function roleField(fields: FormFields, t: StaffText, value: string = 'viewer'): Html {
  return fields.radios({
    ...{ name: 'role', label: t('staff-settings:role'), value },
    choices: staffRoles.map((one) => ({
      value: one,
      label: t(`role.${one}`),
      hint: t(`staff-settings:may.${one}`),
    })),
  });
}
