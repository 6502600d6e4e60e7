import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { AppError } from '../core/errors.ts';

const commands = ['soffice', 'libreoffice'];
const timeoutMs = 120_000;

/**
 * A Word document as PDF, through LibreOffice where it is installed.
 * @throws AppError `configuration` where it is not, or gives no file.
 */
export async function convertToPdf(docx: Uint8Array): Promise<Uint8Array> {
  const folder = await mkdtemp(join(tmpdir(), 'tthc-pdf-'));
  try {
    await writeFile(join(folder, 'report.docx'), docx, { mode: 0o600 });
    for (const command of commands) {
      if (await run(command, folder)) return await readFile(join(folder, 'report.pdf'));
    }
    throw new AppError(
      'configuration',
      'Máy này chưa có LibreOffice (lệnh soffice) nên chưa xuất được pdf. Cài LibreOffice Writer, hoặc xuất docx rồi lưu thành pdf bằng Word.',
    );
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** False when there is no such command; a profile of its own lets several run at once. */
function run(command: string, folder: string): Promise<boolean> {
  const profile = pathToFileURL(join(folder, 'profile')).href;
  const options = [
    `-env:UserInstallation=${profile}`,
    '--headless',
    '--convert-to',
    'pdf',
    '--outdir',
    folder,
  ];
  return new Promise((resolve, reject) => {
    execFile(command, [...options, join(folder, 'report.docx')], { timeout: timeoutMs }, (error) => {
      if (error === null) return resolve(true);
      if (error.code === 'ENOENT') return resolve(false);
      reject(
        new AppError(
          'configuration',
          'LibreOffice không chuyển được báo cáo sang pdf; xuất docx rồi lưu thành pdf bằng Word.',
          {
            cause: error,
          },
        ),
      );
    });
  });
}
