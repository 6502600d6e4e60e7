/** The words by which the national database lays out its pages; a crawled page is cut and read by them. */
export const dumpWords = {
  /** Stands for an empty field. */
  nothing: 'Không có thông tin',
  free: 'Miễn phí',
  commune: 'Cấp xã',
  waysHeader: 'Hình thức nộpThời gianPhí, lệ phíMô tả',
  documentsHeader: 'Tên giấy tờMẫu đơn, tờ khaiSố lượng',
  legalHeader: 'Tên văn bản pháp lýMã văn bản',
  headings: {
    code: 'Mã thủ tục',
    decision: 'Số quyết định',
    steps: 'Trình Tự Thực Hiện',
    ways: 'Cách Thức Thực Hiện',
    documents: 'Thành phần hồ sơ',
    legal: 'Căn cứ pháp lý',
    agencies: 'Cơ quan thực hiện',
    conditions: 'Yêu cầu, điều kiện thực hiện',
    results: 'Kết quả xử lý',
    keywords: 'Từ khóa',
  },
} as const;

/** Whether a field says nothing. */
export function isNothing(text: string): boolean {
  return text === '' || text === dumpWords.nothing || /^[-–.\s]+$/u.test(text);
}
