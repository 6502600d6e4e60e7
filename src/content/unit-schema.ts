import { z } from 'zod';
import { day, localized, validity } from './topic-schema.ts';

/** Proof that an officer checked a local fact. Without both it is not said to a citizen. */
const confirmation = {
  confirmed_by: z.string().min(1).nullable().optional(),
  confirmed_on: day.nullable().optional(),
};

const environmentVariable = z.string().regex(/^[A-Z][A-Z0-9_]*$/, 'tên biến môi trường viết hoa, ví dụ ZALO_APP_SECRET');
const platformId = z.string().regex(/^[0-9]{5,30}$/, 'mã số để trong dấu nháy');
/** "07:30-11:30"; a day's hours do not go past midnight. */
export const hourSpan = z
  .string()
  .regex(/^([01]\d|2[0-3]):[0-5]\d-([01]\d|2[0-3]):[0-5]\d$/, 'viết giờ như 07:30-11:30')
  .refine((span) => span.slice(0, 5) < span.slice(6), 'giờ đóng cửa phải sau giờ mở cửa');
const weekday = z.enum(['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun']);

/** One file of content/units/: a ward's or commune's centre. `id`, `name`, `province` and `channels` are enough. */
export const unitSchema = z.strictObject({
  id: z.string().regex(/^[a-z0-9]+(-[a-z0-9]+)*$/),
  name: localized,
  /** Id in content/provinces.yaml, which knows the province's kind and name by date. */
  province: z.string().min(1),
  channels: z
    .strictObject({
      zalo: z
        .strictObject({
          oa_id: platformId,
          app_id: platformId,
          app_secret_env: environmentVariable,
          oa_secret_key_env: environmentVariable,
          refresh_token_env: environmentVariable.optional(),
          /** Content of the meta tag and name of the file with which Zalo verifies the domain. */
          site_verification: z.string().regex(/^[A-Za-z0-9_-]{8,200}$/).optional(),
          verifier_file: z.string().regex(/^zalo_verifier[A-Za-z0-9_-]+\.html$/).optional(),
        })
        .optional(),
      messenger: z
        .strictObject({
          page_id: platformId,
          /** Our app's id, to tell our own echoes from an officer's replies. */
          app_id: platformId.optional(),
          app_secret_env: environmentVariable,
          verify_token_env: environmentVariable,
          page_token_env: environmentVariable,
          graph_version: z.string().regex(/^v\d+\.\d+$/).optional(),
          /** App that answers for officers (Page Inbox: 263902037430900); pass_thread_control goes there. */
          inbox_app_id: platformId.optional(),
        })
        .optional(),
    })
    .optional(),
  address: z.strictObject({ text: localized, latitude: z.number().optional(), longitude: z.number().optional(), ...confirmation }).optional(),
  contacts: z
    .array(
      z.strictObject({
        name: localized,
        kind: z.enum(['office', 'hotline-1022', 'police', 'health', 'land', 'feedback', 'data-protection', 'other']),
        phone: z.string().regex(/^[0-9]{3,12}$/).optional(),
        email: z.email().optional(),
        url: z.url().optional(),
        note: localized.optional(),
        ...confirmation,
      }),
    )
    .optional(),
  hours: z
    .strictObject({
      weekly: z.partialRecord(weekday, z.array(hourSpan)),
      note: localized.optional(),
      ...confirmation,
    })
    .optional(),
  /** Days that differ from content/holidays.yaml: closed, or open with these hours. */
  holidays: z
    .array(z.strictObject({ date: day, name: localized, open: z.array(hourSpan).optional(), ...confirmation }))
    .optional(),
  /** Local fees by topic id, from a resolution of the province's People's Council. */
  local_fees: z
    .record(z.string(), z.strictObject({ text: localized, resolution: z.string().min(1), valid: validity, ...confirmation }))
    .optional(),
  /** Ways of tracking a file that work here, beside the portal. */
  tracking: z.array(z.strictObject({ text: localized, ...confirmation })).optional(),
  /** A notice shown first in every reply until `until`. */
  notice: z.strictObject({ text: localized, until: z.iso.datetime({ offset: true }) }).optional(),
  conversation: z
    .strictObject({
      /** Minutes after which the last topic is forgotten. */
      context_minutes: z.number().int().min(1).max(1440).default(30),
      /** Minutes of silence after which the bot takes a handed-over conversation back. */
      handover_minutes: z.number().int().min(5).max(10080).default(720),
      /** Ask "Có hữu ích không?" after every n-th answer; 0 = never. */
      feedback_every: z.number().int().min(0).max(100).default(3),
      survey: z.boolean().default(false),
      /** Messages of one citizen in a minute that are answered; then one polite line, then silence until they pause. */
      messages_per_minute: z.number().int().min(20).max(100_000).default(40),
    })
    .prefault({}),
  privacy: z
    .strictObject({
      /** Days for which masked words are kept. */
      keep_text_days: z.number().int().min(1).max(3650).default(90),
      notice_version: z.string().default('1'),
    })
    .prefault({}),
  report: z
    .strictObject({
      superior: z.string().optional(),
      issuer: z.string().optional(),
      /** The same body as a sentence names it; the unit's name when left out. */
      issuer_name: z.string().optional(),
      place: z.string().optional(),
      symbol: z.string().optional(),
      addressees: z.array(z.string()).optional(),
      recipients: z.array(z.string()).optional(),
      signer: z.array(z.string()).optional(),
      signer_name: z.string().optional(),
      plan: z.string().optional(),
      /** standard: the 15th of the month before to the 14th; calendar: whole months. */
      cutoff: z.enum(['standard', 'calendar']).default('standard'),
      /** Day of the period's last month by which the report is due. */
      due_day: z.number().int().min(1).max(31).optional(),
      preset: z.string().optional(),
      /** File in content/templates/ that the report is poured into. */
      template: z
        .string()
        .regex(/^[a-z0-9][a-z0-9_-]*\.docx$/, 'tên tệp .docx trong content/templates/, chữ thường không dấu')
        .optional(),
      /** Who is reminded by e-mail before a report is due. */
      remind: z.array(z.email()).max(20).optional(),
      quotas: z
        .array(z.strictObject({ kind: z.string(), per: z.enum(['week', 'month', 'quarter']), at_least: z.number().int().min(1) }))
        .optional(),
    })
    .prefault({}),
});

export type UnitFile = z.infer<typeof unitSchema>;
