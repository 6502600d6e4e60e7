import { createBrowser, type StaffBrowser } from './staff-console.ts';

/** The admin's password after the first sign-in, and that of every officer made here. */
export const newPassword = 'mot-cau-mat-khau-dai-8';

/** Makes officers of a unit on a running server as an admin does: first sign-in, then invitations that are taken. */
export async function inviteOfficers(
  url: string,
  firstPassword: string,
  unitId: string,
  officers: Readonly<Record<string, string>>,
): Promise<void> {
  const admin = createBrowser(url);
  await submit(admin, '/staff/-/sign-in', { username: 'admin', password: firstPassword });
  await submit(admin, '/staff/-/new-password', {
    current: firstPassword,
    password: newPassword,
    repeated: newPassword,
  });
  for (const [username, role] of Object.entries(officers)) {
    const page = await submit(admin, `/staff/${unitId}/users/new`, {
      username,
      name: `Cán bộ ${username}`,
      role,
    });
    const link = /<code>([^<]*\/staff\/-\/invitation[^<]*)<\/code>/.exec(page)?.[1];
    if (link === undefined) throw new Error(`no invitation for ${username}:\n${page}`);
    await submit(createBrowser(url), new URL(link, url).pathname + new URL(link, url).search, {
      password: newPassword,
      repeated: newPassword,
    });
  }
}

/** Opens a page with a form and sends the form. Throws when it is not taken. */
async function submit(browser: StaffBrowser, path: string, form: Record<string, string>): Promise<string> {
  await browser.get(path);
  const page = await browser.post(path, form);
  if (page.status >= 400) throw new Error(`${path} was refused: ${page.status}\n${page.text}`);
  return page.text;
}
