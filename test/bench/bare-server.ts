import { createHash, timingSafeEqual } from 'node:crypto';
import { createServer } from 'node:http';

/** The least that a webhook server can do: read the body, check the signature, answer 200. The yardstick of the bench. */
const [appId = '', secret = '', port = '0'] = process.argv.slice(2);

createServer((request, response) => {
  const chunks: Buffer[] = [];
  request.on('data', (chunk: Buffer) => chunks.push(chunk));
  request.on('end', () => {
    const body = Buffer.concat(chunks);
    const timestamp = /"timestamp":\s*"?(\d+)/.exec(body.toString('utf8'))?.[1] ?? '';
    const mac = `mac=${createHash('sha256').update(appId).update(body).update(timestamp).update(secret).digest('hex')}`;
    const given = Buffer.from(String(request.headers['x-zevent-signature'] ?? ''));
    const genuine = given.length === mac.length && timingSafeEqual(given, Buffer.from(mac));
    response.writeHead(genuine ? 200 : 401).end();
  });
}).listen(Number(port), '127.0.0.1', () => console.log('listening'));
