import { addDays } from '../../core/clock.ts';
import type { Finding } from '../finding.ts';
import { formatDay } from '../render-topic.ts';
import { findPlaceholders, placeholder } from '../placeholder.ts';
import type { CheckInput } from './check-input.ts';
import { error, warning } from './report.ts';

/** How long before its day a review is announced. */
const announcedDays = 14;

/** What needs a person's attention because of time or trust: reviews due, low confidence. */
export function checkUpkeep({ content, day }: CheckInput): Finding[] {
  return content.topics.flatMap((file) => {
    const topic = file.value;
    if (topic === undefined) return [];
    const at = (path: PropertyKey[]) => ({ file: file.file, line: file.lineOf(path) });
    // A draft is never said, so what is missing in it stops nobody else.
    const tell = topic.status === 'published' ? error : warning;
    const findings: Finding[] = findPlaceholders(topic).map((path) =>
      tell('unwritten', at(path), `Chỗ này còn để "${placeholder.vi}": ${path.join('.')}`, 'Viết nội dung thật, hoặc xóa mục nếu không có'),
    );
    if (topic.reviewed > day) {
      findings.push(
        error('reviewed-in-future', at(['reviewed']), `Ngày rà soát ${formatDay(topic.reviewed)} chưa tới`, 'Ghi ngày thật sự rà soát'),
      );
    }
    if (topic.review_by < topic.reviewed) {
      findings.push(
        error('review-reversed', at(['review_by']), 'Hạn rà soát đứng trước ngày rà soát', 'Đặt hạn mới sau khi rà soát'),
      );
    } else if (topic.review_by <= addDays(day, announcedDays)) {
      const due = topic.review_by < day ? 'đã quá' : 'sắp đến';
      findings.push(
        warning(
          'review-due',
          at(['review_by']),
          `${due} hạn rà soát ${formatDay(topic.review_by)}`,
          'Đọc lại theo nguồn, sửa nếu cần, ghi reviewed, reviewed_by và review_by mới',
        ),
      );
    }
    if (topic.confidence === 'low') {
      findings.push(
        warning(
          'confidence-low',
          at(['confidence']),
          'Chủ đề có độ tin cậy thấp',
          'Tìm nguồn chính thức, sửa dữ kiện rồi nâng confidence; hoặc để status: draft',
        ),
      );
    }
    return findings;
  });
}
