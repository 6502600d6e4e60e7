import { z } from 'zod';
import { day, localized } from './topic-schema.ts';

const host = z.string().regex(/^[a-z0-9-]+(\.[a-z0-9-]+)+$/, 'tên miền viết thường, không có https://');

/** content/portals.yaml: official addresses, and which hosts a link in an answer may point to. */
export const portalsSchema = z.strictObject({
  portals: z
    .array(
      z.strictObject({
        id: z.string().regex(/^[a-z0-9]+(-[a-z0-9]+)*$/),
        name: localized,
        url: z.url(),
        /** usable = may be shown; unconfirmed = must be opened by an officer first; closed = no longer a place to file. */
        status: z.enum(['usable', 'unconfirmed', 'closed']),
        purpose: localized,
        /** The last day on which somebody opened it; null = never from here. */
        verified_on: day.nullable(),
        sources: z.array(z.strictObject({ where: z.string().min(1), date: z.string().min(4) })).min(1),
        /** For editors. */
        note: z.string().optional(),
      }),
    )
    .min(1),
  /** Hosts that links and texts may name; the linter refuses all others. */
  allowed_hosts: z.array(host).min(1),
  /** Hosts that texts may name only to warn against them or to say that they are closed. */
  mentionable_hosts: z.array(host),
});

export type PortalsFile = z.infer<typeof portalsSchema>;
