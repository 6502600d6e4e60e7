/** What a mask stands for; the bracketed words are shown to staff, so they are Vietnamese. */
export const masks = {
  email: '[email]',
  phone: '[số điện thoại]',
  identity: '[số giấy tờ]',
  number: '[dãy số]',
  dossier: '[mã hồ sơ]',
  plate: '[biển số]',
  secret: '[mã bí mật]',
  name: '[họ tên]',
  address: '[địa chỉ]',
  parcel: '[thửa đất]',
  birthday: '[ngày sinh]',
  profile: '[trang cá nhân]',
} as const;

/** A figure that is written as a word. */
export const digitWord =
  'không|khong|một|mot|mốt|hai|ba|bốn|bon|tư|tu|năm|nam|lăm|lam|sáu|sau|bảy|bay|bẩy|tám|tam|chín|chin|zero|one|two|three|four|five|six|seven|eight|nine';
