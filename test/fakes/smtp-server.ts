import { once } from 'node:events';
import { createServer, type Socket } from 'node:net';

export interface ReceivedMail {
  from: string;
  to: string[];
  /** Header lines and body as they were sent, the dots of the protocol undone. */
  raw: string;
}

export interface SmtpServer {
  url: string;
  mails: ReceivedMail[];
  /** Refuses recipients until it is told otherwise, as a full mailbox does. */
  refuse(refuses: boolean): void;
  stop(): Promise<void>;
}

/** A mail server that speaks SMTP (RFC 5321) as far as a client needs to hand a mail over, and keeps what it gets. */
export async function startSmtpServer(): Promise<SmtpServer> {
  const mails: ReceivedMail[] = [];
  let refuses = false;
  const server = createServer((socket) => serve(socket, mails, () => refuses));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  return {
    url: `smtp://127.0.0.1:${port}`,
    mails,
    refuse(next) {
      refuses = next;
    },
    async stop() {
      server.close();
      await once(server, 'close');
    },
  };
}

function serve(socket: Socket, mails: ReceivedMail[], refuses: () => boolean): void {
  const say = (line: string) => socket.write(`${line}\r\n`);
  let pending = '';
  let mail: ReceivedMail | undefined;
  let content: string[] | undefined;
  const path = (line: string) => /<([^>]*)>/.exec(line)?.[1] ?? '';

  const takeLine = (line: string) => {
    if (content !== undefined && mail !== undefined) {
      if (line !== '.') {
        content.push(line.startsWith('.') ? line.slice(1) : line);
        return;
      }
      mails.push({ ...mail, raw: content.join('\n') });
      content = undefined;
      say('250 kept');
      return;
    }
    const command = line.slice(0, 4).toUpperCase();
    if (command === 'EHLO' || command === 'HELO') say('250 localhost');
    else if (command === 'MAIL') {
      mail = { from: path(line), to: [], raw: '' };
      say('250 ok');
    } else if (command === 'RCPT') {
      if (refuses()) return void say('452 mailbox full');
      mail?.to.push(path(line));
      say('250 ok');
    } else if (command === 'DATA') {
      content = [];
      say('354 go on');
    } else if (command === 'QUIT') {
      say('221 bye');
      socket.end();
    } else say('250 ok');
  };

  socket.setEncoding('utf8');
  socket.on('data', (chunk) => {
    pending += String(chunk);
    const lines = pending.split('\r\n');
    pending = lines.pop() ?? '';
    lines.forEach(takeLine);
  });
  socket.on('error', () => undefined);
  say('220 localhost test mail server');
}
