import { z } from 'zod';
import type { SettingsPort } from '../services.ts';

const key = 'staff-security';

const schema = z.object({
  /** Admins must have an authenticator app (or come from an identity provider). */
  adminsNeedSecondFactor: z.boolean().catch(false).default(false),
});

export type SecuritySettings = z.output<typeof schema>;

/** How strictly the deployment signs its officers in. */
export async function readSecurity(settings: SettingsPort): Promise<SecuritySettings> {
  return schema.parse((await settings.read(key)) ?? {});
}

export function writeSecurity(settings: SettingsPort, security: SecuritySettings): Promise<void> {
  return settings.write(key, security);
}
