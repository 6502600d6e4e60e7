import type { Config } from './config.ts';
import type { Translator } from './content/translator.ts';
import type { SendMail } from './core/ports.ts';
import type { AnchorPublisher } from './evidence/anchor.ts';
import { createHttpPublisher, createMailPublisher, publishOnce } from './evidence/anchor-publishers.ts';
import type { SettingStore } from './storage/sql/setting-store.ts';

/** Where this deployment hands over the newest roots; empty where nothing is configured. */
export function composeAnchors(
  config: Config,
  settings: SettingStore,
  sendMail: SendMail | undefined,
  t: Translator,
): AnchorPublisher[] {
  const { anchorUrl, anchorEmail } = config;
  return [
    ...(anchorUrl === undefined ? [] : [publishOnce(createHttpPublisher(anchorUrl), 'http', settings)]),
    ...(anchorEmail === undefined || sendMail === undefined
      ? []
      : [
          publishOnce(
            createMailPublisher(sendMail, anchorEmail, ({ unit, number }) =>
              t('vi', 'reports:anchor_subject', { unit, number }),
            ),
            'mail',
            settings,
          ),
        ]),
  ];
}
