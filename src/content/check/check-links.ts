import type { Finding } from '../finding.ts';
import type { CheckInput } from './check-input.ts';
import type { CitizenText } from './citizen-texts.ts';
import { error } from './report.ts';

const address =
  /(?<![\p{L}\p{N}@.-])(?:https?:\/\/)?((?:[a-z0-9-]+\.)+(?:vn|com|net|org|info|me|io|app|edu|gov))(?![\p{L}\p{N}-])/giu;

/** Texts and buttons may point to official addresses only (content/portals.yaml). */
export function checkLinks(input: CheckInput, texts: readonly CitizenText[]): Finding[] {
  const portals = input.portals.value;
  if (portals === undefined) return [];
  const allowed = new Set(portals.allowed_hosts);
  const mentionable = new Set([...portals.allowed_hosts, ...portals.mentionable_hosts]);
  const fix = 'Bỏ địa chỉ; hoặc, khi đã có người mở thử và có nguồn, thêm tên miền vào content/portals.yaml';
  const inTexts = texts.flatMap((text) =>
    [...text.text.matchAll(address)].flatMap((match) => {
      const host = (match[1] ?? '').toLowerCase();
      if (mentionable.has(host)) return [];
      const place = { file: text.file, line: text.lineAt(match.index) };
      return [error('link-not-allowed', place, `Địa chỉ ${host} không có trong danh sách cho phép`, fix)];
    }),
  );
  const inButtons = input.content.topics.flatMap((file) =>
    (file.value?.buttons ?? []).flatMap((button, index) => {
      if (!('url' in button)) return [];
      const { protocol, hostname } = new URL(button.url);
      if (protocol === 'https:' && allowed.has(hostname)) return [];
      const place = { file: file.file, line: file.lineOf(['buttons', index, 'url']) };
      return [
        error('link-not-allowed', place, `Nút mở ${button.url}, không phải https của tên miền cho phép`, fix),
      ];
    }),
  );
  const closed = portals.portals.flatMap((portal, index) =>
    portal.status !== 'usable' && allowed.has(new URL(portal.url).hostname)
      ? [
          error(
            'portal-not-usable',
            { file: input.portals.file, line: input.portals.lineOf(['portals', index, 'status']) },
            `${portal.id} có trạng thái ${portal.status} mà tên miền lại được cho phép`,
            'Bỏ tên miền khỏi allowed_hosts, hoặc xác nhận rồi đổi trạng thái',
          ),
        ]
      : [],
  );
  return [...inTexts, ...inButtons, ...closed];
}
