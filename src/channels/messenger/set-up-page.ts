import { z } from 'zod';
import { AppError } from '../../core/errors.ts';
import type { CallResult } from '../shared/call-json.ts';
import type { MessengerClient } from './client.ts';
import type { MessengerUnit } from './messenger-unit.ts';
import { getStartedPayload } from './parse.ts';

/** The fields that our webhook needs. */
export const subscribedFields = [
  'messages',
  'messaging_postbacks',
  'message_echoes',
  'messaging_handovers',
  'standby',
  'messaging_referrals',
  'messaging_optins',
  'messaging_policy_enforcement',
] as const;

const greetingLimitChars = 160;
const menuTitleLimitChars = 30;
const iceBreakerLimit = 4;
const menuItemLimit = 20;

interface PageMenuItem {
  title: string;
  /** What opens: one of our own payloads, or a page. */
  action: { payload: string } | { url: string };
}

/** What the Page shows before anyone has written. `default` must be among the locales ("vi_VN", "en_US" …). */
export type PageProfile = Readonly<
  Record<
    string,
    {
      greeting: string;
      /** At most four questions; each press comes back as a choice with its payload. */
      iceBreakers: readonly { question: string; payload: string }[];
      menu: readonly PageMenuItem[];
    }
  >
>;

/** Writes Get Started, greeting, ice breakers and menu. Throws AppError when the texts do not fit or Meta refuses them. */
export async function setUpPage(
  client: MessengerClient,
  unit: MessengerUnit,
  profile: PageProfile,
): Promise<void> {
  checkProfile(profile);
  const locales = Object.entries(profile);
  const body = {
    get_started: { payload: getStartedPayload },
    greeting: locales.map(([locale, { greeting }]) => ({ locale, text: greeting })),
    // A locale without entries is left out: an empty list is not a valid one.
    ice_breakers: locales
      .filter(([, { iceBreakers }]) => iceBreakers.length > 0)
      .map(([locale, { iceBreakers }]) => ({ locale, call_to_actions: iceBreakers })),
    persistent_menu: locales
      .filter(([, { menu }]) => menu.length > 0)
      .map(([locale, { menu }]) => ({
        locale,
        composer_input_disabled: false,
        call_to_actions: menu.map(writeMenuItem),
      })),
  };
  requireSuccess(
    await client.call(unit, 'POST', 'me/messenger_profile', body),
    unit,
    'set the profile of the Page',
  );
}

const subscriptions = z.object({
  data: z.array(
    z.object({ id: z.coerce.string().optional(), subscribed_fields: z.array(z.string()).optional() }),
  ),
});

/**
 * The fields that the app should receive for this Page and does not; without them nothing arrives and nothing
 * complains. Throws AppError when Meta cannot be asked.
 */
export async function findMissingFields(client: MessengerClient, unit: MessengerUnit): Promise<string[]> {
  const action = 'read the subscriptions of the Page';
  const body = requireSuccess(await client.call(unit, 'GET', `${unit.pageId}/subscribed_apps`), unit, action);
  const parsed = subscriptions.safeParse(body);
  const apps = parsed.success ? parsed.data.data : [];
  // Asked with a page token, Meta lists the app of that token; others may be connected too.
  const ours = unit.appId === undefined ? apps : apps.filter((app) => app.id === unit.appId);
  const subscribed = new Set(ours.flatMap((app) => app.subscribed_fields ?? []));
  return subscribedFields.filter((field) => !subscribed.has(field));
}

/** Subscribes the app to the Page. Throws AppError when Meta refuses. */
export async function subscribePage(client: MessengerClient, unit: MessengerUnit): Promise<void> {
  const body = { subscribed_fields: subscribedFields.join(',') };
  requireSuccess(
    await client.call(unit, 'POST', `${unit.pageId}/subscribed_apps`, body),
    unit,
    'subscribe to the Page',
  );
}

function writeMenuItem({ title, action }: PageMenuItem): object {
  return 'url' in action
    ? { type: 'web_url', title, url: action.url }
    : { type: 'postback', title, payload: action.payload };
}

function checkProfile(profile: PageProfile): void {
  const faults: string[] = [];
  if (profile['default'] === undefined) faults.push('there is no locale "default"');
  for (const [locale, { greeting, iceBreakers, menu }] of Object.entries(profile)) {
    if (greeting.length > greetingLimitChars)
      faults.push(`${locale}: greeting over ${greetingLimitChars} characters`);
    if (iceBreakers.length > iceBreakerLimit)
      faults.push(`${locale}: more than ${iceBreakerLimit} ice breakers`);
    if (menu.length > menuItemLimit) faults.push(`${locale}: more than ${menuItemLimit} menu items`);
    for (const { title } of menu) {
      if (title.length > menuTitleLimitChars)
        faults.push(`${locale}: menu title over ${menuTitleLimitChars}: ${title}`);
    }
  }
  if (faults.length > 0)
    throw new AppError('invalid-input', `Shorten the profile of the Page: ${faults.join('; ')}.`);
}

const graphError = z.object({
  error: z.object({ code: z.coerce.number(), error_subcode: z.coerce.number().optional().catch(undefined) }),
});

function requireSuccess(result: CallResult, unit: MessengerUnit, action: string): unknown {
  if (result.outcome !== 'answered') {
    throw new AppError(
      'platform-unreachable',
      `Could not ${action} of unit ${unit.unitId} (${result.code}): try again later.`,
      { retryable: true },
    );
  }
  const refusal = graphError.safeParse(result.body);
  if (result.status < 300 && !refusal.success) return result.body;
  const code = refusal.success ? `code ${refusal.data.error.code}` : `HTTP ${result.status}`;
  throw new AppError(
    'platform-refused',
    `Meta refused to ${action} of unit ${unit.unitId} (${code}): check the page token and its permissions.`,
  );
}
