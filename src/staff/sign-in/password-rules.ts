import { z } from 'zod';

export const shortestPassword = 10;
const longestPassword = 200;

/** The first that are tried, of at least the shortest length. */
const tooCommon = new Set(
  [
    '1234567890 0123456789 123456789a 12345678910 1234567891 123123123123 1111111111 0000000000 9876543210',
    'qwertyuiop qwerty12345 1q2w3e4r5t 1qaz2wsx3edc asdfghjkl1 zxcvbnm123 abcdefghij abc1234567 abcd123456',
    'password12 password123 password1234 passw0rd123 iloveyou123 administrator admin12345 admin123456 adminadmin',
    'matkhau123 matkhau1234 matkhau12345 matkhau123456 matkhaumoi vietnam123 vietnam2025 vietnam2026 anhyeuem123',
    'hanhchinh123 phuongxa123 congchuc123 ubnd123456 motcua12345 dichvucong',
  ]
    .join(' ')
    .split(' '),
);

/** A password that may be set: long rather than contrived, not one of the first that are tried. */
export const newPassword = z
  .string()
  .min(shortestPassword)
  .max(longestPassword)
  .refine((password) => !tooCommon.has(password.toLowerCase()), 'common_password')
  .refine((password) => new Set(password).size >= 4, 'common_password');

/** A new password, twice. */
export const passwordPair = z
  .object({ password: newPassword, repeated: z.string().max(longestPassword) })
  .refine(({ password, repeated }) => password === repeated, { path: ['repeated'], message: 'not_the_same' });
