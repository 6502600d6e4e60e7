import { z } from 'zod';
import { day } from './topic-schema.ts';

const documentId = z.string().regex(/^[a-z0-9]+(-[a-z0-9]+)*$/);

/** Where a document's number, dates or status were seen. A register entry may rest on several. */
const legalSource = z.strictObject({
  where: z.string().min(1),
  date: z.string().regex(/^\d{4}(-\d{2}(-\d{2})?)?$/, 'ngày của nguồn: YYYY, YYYY-MM hoặc YYYY-MM-DD'),
});

/**
 * One document of content/legal.yaml. Both ends of its effect are inclusive days, Asia/Ho_Chi_Minh; null means not
 * known or not set, and `status` tells which.
 */
const legalDocument = z.strictObject({
  id: documentId,
  /** Number as printed: "118/2025/NĐ-CP". Numbers repeat across kinds, so always show it with `kind`. */
  number: z.string().min(1),
  kind: z.enum([
    'bộ luật',
    'luật',
    'pháp lệnh',
    'nghị quyết',
    'nghị định',
    'quyết định',
    'chỉ thị',
    'thông tư',
    'thông tư liên tịch',
    'công văn',
    'kế hoạch',
    'tờ trình',
  ]),
  issuer: z.string().min(1),
  /** What it governs, in our words. */
  title: z.string().min(1),
  issued_on: day.nullable(),
  effective_from: day.nullable(),
  effective_to: day.nullable(),
  /** Documents that change or repeal a part of it. */
  amended_by: z.array(documentId),
  /** Documents that took its place. */
  replaced_by: z.array(documentId),
  /** Known status on the register's day (`as_of`); `unknown` must not be called "in force" to a citizen. */
  status: z.enum(['in_force', 'amended', 'expired', 'not_yet', 'unknown']),
  /** Other ways in which plans and texts write the number. */
  cited_as: z.array(z.string()).optional(),
  /** Fields filled from general knowledge, not seen in a source; an editor checks them before relying on them. */
  unseen: z
    .array(z.enum(['number', 'title', 'issued_on', 'effective_from', 'effective_to', 'replaced_by', 'status']))
    .optional(),
  confidence: z.enum(['high', 'medium', 'low']),
  sources: z.array(legalSource).min(1),
  /** For editors; never shown to citizens. */
  note: z.string().optional(),
});

/** content/legal.yaml: the register of legal documents that answers rest on. */
export const legalSchema = z.strictObject({
  /** The day on which `status` was judged. */
  as_of: day,
  documents: z.array(legalDocument).min(1),
});

export type LegalDocument = z.infer<typeof legalDocument>;
