import { z } from 'zod';
import { staffRoles } from '../../core/staff.ts';
import type { Choice, FormFields } from '../components.ts';
import { line, optionalLine } from '../form.ts';
import type { Html } from '../html.ts';
import type { StaffText } from '../staff-text.ts';

export const role = z.enum(staffRoles);
/** `none` takes a role away. */
export const roleOrNone = role.or(z.literal('none'));

const name = line(100);

/** A new account; usernames are for ever, so they are plain. */
export const personForm = z.object({
  username: line(40)
    .transform((text) => text.toLowerCase())
    .refine((text) => /^[a-z0-9][a-z0-9._-]{2,39}$/.test(text), 'username_form'),
  name,
});

/** What the province may change of an account later. */
export const detailForm = z.object({
  name,
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
    nameField(fields, t),
  ];
}

/** Name and address of an account, with what stands in them. */
export function detailFields(
  fields: FormFields,
  t: StaffText,
  user: { name: string; email: string | null },
): Html[] {
  return [nameField(fields, t, user.name), emailField(fields, t, user.email ?? '')];
}

/** The address by which an identity provider's answer finds an account. */
export function emailField(fields: FormFields, t: StaffText, value = ''): Html {
  return fields.text({
    ...{ name: 'email', label: t('staff-settings:email'), hint: t('staff-settings:email_hint') },
    ...{ type: 'email', value, maxLength: 200, width: 30 },
  });
}

function nameField(fields: FormFields, t: StaffText, value = ''): Html {
  return fields.text({
    ...{ name: 'name', label: t('staff-settings:name'), value, maxLength: 100, width: 30, required: true },
  });
}

/** The roles and none, for a list to choose from. */
export function roleChoices(t: StaffText): Choice[] {
  const roles = staffRoles.map((value) => ({ value, label: t(`role.${value}`) }));
  return [...roles, { value: 'none', label: t('staff-settings:no_role') }];
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
