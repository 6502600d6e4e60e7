import type { Request, Response } from 'express';

/** The console's cookies: `__Host-` and Secure where the console is reached by https. */
export function createCookies(secure: boolean) {
  const full = (name: string) => (secure ? `__Host-${name}` : name);
  const attributes = { httpOnly: true, sameSite: 'lax', secure, path: '/' } as const;
  return {
    read(request: Request, name: string): string {
      const pairs = (request.headers.cookie ?? '').split(';').map((pair) => pair.trim());
      const found = pairs.find((pair) => pair.startsWith(`${full(name)}=`));
      return found?.slice(full(name).length + 1) ?? '';
    },
    /** Until the browser closes, or for `seconds`. Values are of the base64url alphabet and dots. */
    write(response: Response, name: string, value: string, seconds?: number): void {
      response.cookie(full(name), value, {
        ...attributes,
        ...(seconds === undefined ? {} : { maxAge: seconds * 1000 }),
      });
    },
    clear(response: Response, name: string): void {
      response.clearCookie(full(name), attributes);
    },
  };
}
