import { createTransport } from 'nodemailer';
import type { SendMail } from '../core/ports.ts';

const timeoutMs = 15_000;

/** Sends plain mails through a mail server. `smtpUrl` may hold a password and is never logged. */
export function createMailer(smtpUrl: string, from: string): SendMail {
  const transport = createTransport({
    url: smtpUrl,
    connectionTimeout: timeoutMs,
    greetingTimeout: timeoutMs,
    socketTimeout: timeoutMs,
  });
  return async ({ to, subject, text }) => {
    await transport.sendMail({ from, to: [...to], subject, text });
  };
}
