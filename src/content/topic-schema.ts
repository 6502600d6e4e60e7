import { z } from 'zod';
import { aspects } from '../core/aspect.ts';
import { buttonTitleLimit } from '../core/reply.ts';

/** A calendar day, `YYYY-MM-DD`; both ends of a validity are inclusive, Asia/Ho_Chi_Minh. */
export const day = z.string().regex(/^\d{4}-\d{2}-\d{2}$/, 'ngày viết dạng YYYY-MM-DD');

export const validity = z.strictObject({
  from: day.optional(),
  until: day.nullable().optional(),
});

/** Vietnamese first; English where the topic has it. */
export const localized = z.strictObject({ vi: z.string().min(1), en: z.string().min(1).optional() });

/** A text that a button shows whole. */
const buttonTitle = z.strictObject({
  vi: z.string().min(1).max(buttonTitleLimit),
  en: z.string().min(1).max(buttonTitleLimit).optional(),
});

export const topicId = z.string().regex(/^[a-z0-9]+(-[a-z0-9]+)*$/, 'mã chủ đề: chữ thường, số, gạch nối');

/** Where a fact was seen. `kind` decides how much an editor should trust it. */
export const source = z.strictObject({
  id: z.string().regex(/^[a-z0-9-]+$/),
  kind: z.enum(['portal', 'law', 'authority', 'press', 'repository', 'plan']),
  where: z.string().min(1),
  date: z.string().regex(/^\d{4}(-\d{2}(-\d{2})?)?$/, 'ngày của nguồn: YYYY, YYYY-MM hoặc YYYY-MM-DD'),
  url: z.url().optional(),
});

/**
 * One statement about one aspect. Several entries of an aspect that hold on the same day are shown together, each
 * under its `variant` label; entries with different `valid` are versions of the law over time.
 */
export const sectionEntry = z
  .strictObject({
    /** Heading when the answer depends on something: "Nộp trực tuyến", "Quá hạn" … */
    variant: localized.optional(),
    /** Plain text, at most 900 characters, first line answers the question. */
    text: localized.optional(),
    /** A part made by the program from the unit's file or a data file, in place of `text`. */
    block: z.enum(['hotlines', 'office', 'place-names']).optional(),
    valid: validity.optional(),
    /** Ids of `sources`; all of them when left out. */
    sources: z.array(z.string()).optional(),
    /** Ids in content/legal.yaml; the topic's when left out. */
    legal: z.array(z.string()).optional(),
  })
  .refine((entry) => (entry.text === undefined) !== (entry.block === undefined), {
    message: 'mỗi mục cần đúng một trong hai: text hoặc block',
  });

export const contentButton = z.union([
  z.strictObject({ title: localized, url: z.url(), valid: validity.optional() }),
  z.strictObject({ title: localized, phone: z.string().regex(/^[0-9]{3,12}$/), valid: validity.optional() }),
]);

/** One file of content/procedures/ or content/guides/; its stem is `id`. */
export const topicSchema = z.strictObject({
  id: topicId,
  /** Procedure code of the national database; null where none is confirmed; absent for guides. */
  code: z.string().nullable().optional(),
  /** Field (lĩnh vực), e.g. "Hộ tịch". */
  field: z.string().min(1),
  /** For buttons, at most 20 characters. */
  title: buttonTitle,
  name: z.strictObject({ short: localized, full: localized }),
  /** Trust in the facts as a whole: high, medium, low (see content/README in docs/content.md). */
  confidence: z.enum(['high', 'medium', 'low']),
  /** published = may be said; draft = never said. */
  status: z.enum(['published', 'draft']),
  valid: validity,
  reviewed: day,
  reviewed_by: z.string().min(1),
  review_by: day,
  sources: z.array(source).min(1),
  /** Ids in content/legal.yaml that the topic rests on. */
  legal: z.array(z.string()),
  /** True when a fee is set by the People's Council of the province: the unit's file may state it, else the citizen is told where to ask. */
  local_fee: z.boolean().optional(),
  /** Whether it can be filed online; null = not confirmed. */
  online: z.enum(['full', 'part', 'none']).nullable().optional(),
  /** What a part is called here, on buttons and in headings, where the usual name misleads: a guide has no "time of processing". */
  titles: z.partialRecord(z.enum(aspects), buttonTitle).optional(),
  sections: z.partialRecord(z.enum(aspects), z.array(sectionEntry).min(1)),
  /** Links and numbers offered with every answer. */
  buttons: z.array(contentButton).optional(),
  /** Nearest related topics, offered as buttons, best first. */
  related: z.array(topicId).optional(),
  /** What is known to be missing or unconfirmed, for editors; never shown to citizens. */
  unconfirmed: z.array(z.string()).optional(),
  /** Themes of the communication plans that a conversation about this counts for (reports). */
  themes: z
    .array(
      z.enum([
        'online-filing',
        'online-payment',
        'digitisation',
        'tracking',
        'electronic-certification',
        'postal',
        'vneid',
        'linked-procedures',
        'hotlines',
        'feedback',
        'indices',
      ]),
    )
    .optional(),
});

export type TopicFile = z.infer<typeof topicSchema>;
export type SectionEntry = z.infer<typeof sectionEntry>;
export type Validity = z.infer<typeof validity>;
