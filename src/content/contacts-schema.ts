import { z } from 'zod';
import { localized, source, validity } from './topic-schema.ts';

/**
 * content/contacts.yaml: telephone numbers of the whole country or of a province. Those of one ward are in its unit
 * file. Only `usable` numbers are shown to a citizen: a wrong number costs more than none.
 */
export const contactsSchema = z.strictObject({
  contacts: z
    .array(
      z.strictObject({
        id: z.string().regex(/^[a-z0-9]+(-[a-z0-9]+)*$/),
        name: localized,
        /** What to call it for, in a few words. */
        purpose: localized,
        group: z.enum(['emergency', 'child', 'identity', 'portal', 'insurance', 'post', 'utility', 'one-stop']),
        phone: z.string().regex(/^[0-9]{3,12}$/),
        /** The number as people read it: "1900 0368". */
        display: z.string().min(3),
        /** usable = may be shown; unconfirmed = needs a test call; retired = must not be given any more. */
        status: z.enum(['usable', 'unconfirmed', 'retired']),
        /** Ids of provinces where it holds; the whole country when left out. */
        provinces: z.array(z.string()).optional(),
        note: localized.optional(),
        valid: validity.optional(),
        confidence: z.enum(['high', 'medium', 'low']),
        sources: z.array(source).min(1),
        /** For editors: what has to be checked. Never shown to citizens. */
        to_confirm: z.string().optional(),
      }),
    )
    .min(1),
});

export type ContactsFile = z.infer<typeof contactsSchema>;
