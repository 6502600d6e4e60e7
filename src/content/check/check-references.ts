import type { Finding } from '../finding.ts';
import type { CheckInput } from './check-input.ts';
import { error } from './report.ts';

/** Every id that a file names must exist: related topics, legal documents, sources, menu topics, successors. */
export function checkReferences(input: CheckInput): Finding[] {
  return [
    ...input.content.topics.flatMap((file) => checkTopic(file, input)),
    ...checkRegister(input),
    ...checkUnits(input),
    ...checkMenus(input),
    ...checkPlaces(input),
  ];
}

function checkTopic(file: CheckInput['content']['topics'][number], { content }: CheckInput): Finding[] {
  const topic = file.value;
  if (topic === undefined) return [];
  const { topics, legal } = content.library;
  const findings: Finding[] = [];
  const at = (path: PropertyKey[]) => ({ file: file.file, line: file.lineOf(path) });
  const refuseLegal = (ids: readonly string[], path: PropertyKey[]): void => {
    for (const [index, id] of ids.entries()) {
      if (legal.has(id)) continue;
      findings.push(
        error(
          'legal-unknown',
          at([...path, index]),
          `Văn bản "${id}" không có trong content/legal.yaml`,
          'Thêm văn bản vào content/legal.yaml (có nguồn, ngày), hoặc sửa mã',
        ),
      );
    }
  };
  for (const [index, id] of (topic.related ?? []).entries()) {
    if (id === topic.id) {
      findings.push(
        error('related-self', at(['related', index]), 'Chủ đề tự nêu mình là việc liên quan', 'Bỏ mã này'),
      );
    } else if (!topics.has(id)) {
      findings.push(
        error(
          'related-unknown',
          at(['related', index]),
          `Việc liên quan "${id}" không có tệp trong content/`,
          'Sửa mã, hoặc bỏ khỏi related',
        ),
      );
    }
  }
  refuseLegal(topic.legal, ['legal']);
  const sourceIds = new Set(topic.sources.map((source) => source.id));
  if (sourceIds.size < topic.sources.length) {
    findings.push(
      error('source-duplicate', at(['sources']), 'Hai nguồn trùng id', 'Đặt cho mỗi nguồn một id riêng'),
    );
  }
  for (const [aspect, entries] of Object.entries(topic.sections)) {
    for (const [index, entry] of entries.entries()) {
      const path = ['sections', aspect, index];
      refuseLegal(entry.legal ?? [], [...path, 'legal']);
      if (entry.sources?.length === 0) {
        findings.push(
          error(
            'source-missing',
            at([...path, 'sources']),
            `Mục ${aspect} có danh sách nguồn rỗng`,
            'Nêu ít nhất một nguồn, hoặc bỏ khóa sources để dùng mọi nguồn của chủ đề',
          ),
        );
      }
      for (const [position, id] of (entry.sources ?? []).entries()) {
        if (sourceIds.has(id)) continue;
        findings.push(
          error(
            'source-unknown',
            at([...path, 'sources', position]),
            `Nguồn "${id}" không có trong sources của chủ đề`,
            'Thêm nguồn (loại, nơi thấy, ngày) vào sources, hoặc sửa mã',
          ),
        );
      }
    }
  }
  return findings;
}

function checkRegister({ content }: CheckInput): Finding[] {
  const file = content.legal;
  const documents = file.value?.documents ?? [];
  const seen = new Set<string>();
  return documents.flatMap((document, index) => {
    const findings: Finding[] = [];
    const at = (key: string) => ({ file: file.file, line: file.lineOf(['documents', index, key]) });
    if (seen.has(document.id)) {
      findings.push(
        error('legal-duplicate', at('id'), `Văn bản "${document.id}" có hai lần`, 'Gộp hai mục làm một'),
      );
    }
    seen.add(document.id);
    for (const key of ['amended_by', 'replaced_by'] as const) {
      for (const id of document[key]) {
        if (content.library.legal.has(id) && id !== document.id) continue;
        findings.push(
          error(
            'legal-unknown',
            at(key),
            `${document.id}: ${key} nêu "${id}" không có trong sổ`,
            'Thêm văn bản ấy vào sổ, hoặc sửa mã',
          ),
        );
      }
    }
    const { effective_from: from, effective_to: until } = document;
    if (from !== null && until !== null && from > until) {
      findings.push(
        error(
          'validity-reversed',
          at('effective_to'),
          `${document.id}: hết hiệu lực trước khi có hiệu lực`,
          'Kiểm tra hai ngày',
        ),
      );
    }
    return findings;
  });
}

function checkUnits({ content }: CheckInput): Finding[] {
  return content.units.flatMap((file) =>
    Object.keys(file.value?.local_fees ?? {}).flatMap((id) =>
      content.library.topics.has(id)
        ? []
        : [
            error(
              'local-fee-unknown',
              { file: file.file, line: file.lineOf(['local_fees', id]) },
              `local_fees nêu chủ đề "${id}" không có trong content/`,
              'Sửa mã chủ đề',
            ),
          ],
    ),
  );
}

function checkMenus({ content, locales }: CheckInput): Finding[] {
  return locales.flatMap((file) => {
    const menu = file.value?.['menu'];
    const topics = typeof menu === 'object' && menu !== null && 'topics' in menu ? menu.topics : undefined;
    if (!Array.isArray(topics)) return [];
    return topics.map(String).flatMap((id, index) =>
      content.library.topics.has(id)
        ? []
        : [
            error(
              'menu-unknown',
              { file: file.file, line: file.lineOf(['menu', 'topics', index]) },
              `Trình đơn nêu chủ đề "${id}" không có trong content/`,
              'Sửa mã chủ đề trong menu.topics',
            ),
          ],
    );
  });
}

function checkPlaces({ content }: CheckInput): Finding[] {
  const { places } = content;
  const value = places.value;
  if (value === undefined) return [];
  const current = new Set(value.current.map((place) => place.id));
  const sources = new Set(value.sources.map((source) => source.id));
  return value.former.flatMap((former, index) => {
    const at = (key: string) => ({ file: places.file, line: places.lineOf(['former', index, key]) });
    const fix = 'Sửa mã, hoặc thêm mục còn thiếu vào content/places.yaml, content/legal.yaml';
    return [
      ...former.now
        .filter((id) => !current.has(id))
        .map((id) => error('place-unknown', at('now'), `${former.name.vi}: "${id}" không có trong current`, fix)),
      ...former.sources
        .filter((id) => !sources.has(id))
        .map((id) => error('source-unknown', at('sources'), `${former.name.vi}: nguồn "${id}" không có`, fix)),
      ...(content.library.legal.has(former.legal)
        ? []
        : [error('legal-unknown', at('legal'), `${former.name.vi}: văn bản "${former.legal}" không có`, fix)]),
    ];
  });
}
