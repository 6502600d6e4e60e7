import { findProgram, installWithApt, say } from './commands.ts';

const names = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable', 'microsoft-edge'];

/** Path of a Chromium-like browser, installed where it is missing and may be. */
export async function provideChromium(): Promise<string> {
  const found = await findProgram(names);
  if (found !== undefined) return found;
  await installWithApt('chromium', 'A browser (Chromium or Chrome)');
  const installed = await findProgram(names);
  if (installed === undefined) throw new Error('chromium was installed but is not on PATH.');
  say(`browser ${installed}`);
  return installed;
}
