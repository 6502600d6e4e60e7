import { AppError } from './errors.ts';

/** What Node gives for the port of a socket that is a file. */
const localSocket = -1;

/** What Node tells of a call to the operating system that failed. */
interface SystemError {
  code: string;
  syscall: string;
  path?: string;
  address?: string;
  port?: number;
}

const ofFiles: Readonly<Record<string, (path: string) => string>> = {
  ENOENT: (path) => `Không có ${path}; kiểm tra đường dẫn.`,
  ENOTDIR: (path) => `Một phần của ${path} là tệp, không phải thư mục; kiểm tra đường dẫn.`,
  EEXIST: (path) => `${path} đã có và không dùng được ở đây; chọn tên khác.`,
  EISDIR: (path) => `${path} là thư mục; cần tên một tệp.`,
  EACCES: (path) => `Không có quyền đọc hoặc ghi ${path}; cấp quyền cho người chạy, hoặc chọn nơi khác.`,
  EPERM: (path) => `Không có quyền đọc hoặc ghi ${path}; cấp quyền cho người chạy, hoặc chọn nơi khác.`,
  EROFS: (path) => `${path} nằm trên ổ chỉ đọc; chọn nơi khác.`,
  ENOSPC: (path) => `Hết chỗ trên ổ đĩa khi ghi ${path}; dọn chỗ rồi chạy lại.`,
};

/** A write into an open file fails without a path. */
const ofWriting: Readonly<Record<string, string>> = {
  ENOSPC: 'Hết chỗ trên ổ đĩa; dọn chỗ rồi chạy lại.',
  EDQUOT: 'Hết hạn mức trên ổ đĩa; dọn chỗ rồi chạy lại.',
};

const ofListening: Readonly<Record<string, (error: SystemError) => string>> = {
  EADDRINUSE: ({ port }) =>
    `Cổng ${port ?? ''} đã có chương trình khác dùng; dừng chương trình đó, hoặc đặt PORT là cổng khác.`,
  EADDRNOTAVAIL: ({ address }) =>
    `Máy này không có địa chỉ ${address ?? ''}; sửa HOST, hoặc bỏ HOST để nghe trên mọi địa chỉ.`,
  EACCES: ({ port }) => `Không có quyền mở cổng ${port ?? ''}; đặt PORT là cổng từ 1024 trở lên.`,
};

/**
 * What an operator can mend, in plain words: our own errors, and calls to the operating system that failed for a path
 * or a port. Undefined for everything else, which is told with its place in the code.
 */
export function explainError(error: unknown): string | undefined {
  if (error instanceof AppError) return error.message;
  if (!isSystemError(error)) return undefined;
  if (error.syscall === 'listen' && error.port !== localSocket) return ofListening[error.code]?.(error);
  return error.path === undefined ? ofWriting[error.code] : ofFiles[error.code]?.(error.path);
}

function isSystemError(error: unknown): error is SystemError {
  return typeof error === 'object' && error !== null && 'syscall' in error && 'code' in error;
}
