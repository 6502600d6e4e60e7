import { z } from 'zod';
import { requestConsent } from '../channels/zalo/routes.ts';
import type { PageProfile } from '../channels/messenger/set-up-page.ts';
import type { Services } from '../compose.ts';
import { readInput, type OperationResult } from '../control/operation.ts';
import { AppError } from '../core/errors.ts';

const unitInput = z.strictObject({ unit: z.string() });

/** The address at which an OA's admin consents; the callback stores the first pair of tokens. */
export async function authorizeZalo(services: Services, input: unknown): Promise<OperationResult> {
  const unit = readUnit(services, input);
  const oa = unit.channels?.zalo;
  if (oa === undefined)
    throw new AppError('not-found', `Tệp của đơn vị ${unit.id} không có mục channels.zalo.`);
  const { publicUrl, zaloOauthUrl } = services.config;
  if (publicUrl === undefined) {
    throw new AppError(
      'configuration',
      'Đặt PUBLIC_URL (https) trước: Zalo gửi kết quả cấp quyền về địa chỉ đó.',
    );
  }
  const account = { unitId: unit.id, appId: oa.app_id, oauthUrl: zaloOauthUrl, publicUrl };
  const url = await requestConsent(services.zaloConsents, account, services.clock.now());
  return { text: `${url}\n`, exitCode: 0 };
}

/** Writes greeting, Get Started, ice breakers and menu of a unit's Page, and subscribes the app to it. */
export async function setUpChannels(services: Services, input: unknown): Promise<OperationResult> {
  const unit = readUnit(services, input);
  if (services.messenger === undefined || unit.channels?.messenger === undefined) {
    throw new AppError(
      'not-found',
      `Đơn vị ${unit.id} không có Trang Messenger; Zalo OA không cần bước này.`,
    );
  }
  await services.messenger.setUpPage(unit.id, createProfile(services));
  await services.messenger.subscribePage(unit.id);
  const missing = await services.messenger.findMissingFields(unit.id);
  return {
    text: missing.length === 0 ? 'ok\n' : `${missing.join('\n')}\n`,
    exitCode: missing.length === 0 ? 0 : 1,
  };
}

const profileSchema = z.object({
  greeting: z.string(),
  ice_breakers: z.array(z.object({ question: z.string(), payload: z.string() })),
  menu: z.array(
    z.union([
      z.object({ title: z.string(), payload: z.string() }),
      z.object({ title: z.string(), url: z.string() }),
    ]),
  ),
});

function createProfile({ t }: Services): PageProfile {
  const profileOf = (language: string) => {
    const {
      greeting,
      ice_breakers: iceBreakers,
      menu,
    } = profileSchema.parse(t.object(language, 'platform:page'));
    return {
      greeting,
      iceBreakers,
      menu: menu.map((item) =>
        'url' in item
          ? { title: item.title, action: { url: item.url } }
          : { title: item.title, action: { payload: item.payload } },
      ),
    };
  };
  return { default: profileOf('vi'), vi_VN: profileOf('vi'), en_US: profileOf('en') };
}

function readUnit(services: Services, input: unknown) {
  const { unit: id } = readInput(unitInput, input);
  const unit = services.library().units.get(id);
  if (unit === undefined) throw new AppError('not-found', `Không có đơn vị "${id}".`);
  return unit;
}
