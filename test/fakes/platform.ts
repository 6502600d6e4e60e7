/**
 * Zalo (openapi.zalo.me, oauth.zaloapp.com) and Meta (graph.facebook.com) in one process, as far as the product calls
 * them: limits, tokens, windows and errors are those of the references. Run it as `node test/fakes/platform.ts --port N`
 * or import startFakePlatform.
 *
 * GET /_sent[?user=ID][&channel=NAME] lists accepted messages in order, GET /_calls everything else that was called,
 * POST /_control takes a ControlCommand.
 */
import type { IncomingMessage, ServerResponse } from 'node:http';
import { createServer } from 'node:http';
import { parseArgs } from 'node:util';
import { setTimeout as wait } from 'node:timers/promises';
import { ZodError } from 'zod';
import { answerGraph, isGraphPath, isGraphSend, readGraphRecipient, refuseGraph } from './graph-platform.ts';
import type { FakeAnswer, FakeRequest } from './http-exchange.ts';
import { answerJson } from './http-exchange.ts';
import type {
  ControlCommand,
  Fault,
  FaultPoint,
  PlatformState,
  RecordedCall,
  SentMessage,
} from './platform-state.ts';
import { applyControl, createPlatformState, takeFault } from './platform-state.ts';
import { answerZalo, readZaloRecipient } from './zalo-platform.ts';

export interface FakePlatform {
  /** Base for ZALO_API_URL, ZALO_OAUTH_URL and MESSENGER_GRAPH_URL alike. */
  url: string;
  /** Messages accepted so far, in order; of one citizen when `userId` is given. */
  sent(userId?: string): SentMessage[];
  /** Those after the first `count`. */
  sentAfter(count: number): SentMessage[];
  calls(): RecordedCall[];
  control(command: ControlCommand): void;
  stop(): Promise<void>;
}

/** Starts the platforms; port 0 takes a free one. */
export async function startFakePlatform(
  options: { port?: number; host?: string } = {},
): Promise<FakePlatform> {
  const { port = 0, host = '127.0.0.1' } = options;
  const state = createPlatformState();
  const server = createServer((incoming, response) => {
    handle(state, incoming, response).catch((error: unknown) => {
      response.writeHead(500).end(String(error));
    });
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, resolve);
  });
  const address = server.address();
  const actualPort = typeof address === 'object' && address !== null ? address.port : port;
  return {
    url: `http://${host}:${actualPort}`,
    sent: (userId) => state.sent.filter((message) => userId === undefined || message.userId === userId),
    sentAfter: (count) => state.sent.slice(count),
    calls: () => [...state.calls],
    control: (command) => applyControl(state, command),
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

async function handle(
  state: PlatformState,
  incoming: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const chunks: Buffer[] = [];
  for await (const chunk of incoming) chunks.push(chunk as Buffer);
  const request: FakeRequest = {
    method: incoming.method ?? 'GET',
    url: new URL(incoming.url ?? '/', 'http://fake'),
    headers: incoming.headers,
    body: Buffer.concat(chunks),
  };
  const own = answerOwn(state, request);
  if (own !== undefined) return reply(response, own);

  const point = findFaultPoint(request);
  const recipient = point === 'zalo-send' ? readZaloRecipient(request) : readGraphRecipient(request);
  const fault = point === undefined ? undefined : takeFault(state, point, recipient);
  if (fault === undefined) return reply(response, answerPlatform(state, request));
  return suffer(state, request, response, fault);
}

/** The fake's own pages. */
function answerOwn(state: PlatformState, { method, url, body }: FakeRequest): FakeAnswer | undefined {
  switch (`${method} ${url.pathname}`) {
    case 'GET /_sent': {
      const userId = url.searchParams.get('user');
      const channel = url.searchParams.get('channel');
      const wanted = (message: SentMessage): boolean =>
        (userId === null || message.userId === userId) && (channel === null || message.channel === channel);
      return answerJson(state.sent.filter(wanted));
    }
    case 'GET /_calls':
      return answerJson(state.calls);
    case 'POST /_control':
      try {
        applyControl(state, JSON.parse(body.toString('utf8')));
        return answerJson({ ok: true });
      } catch (error) {
        return answerJson(
          { ok: false, error: error instanceof ZodError ? error.issues : String(error) },
          400,
        );
      }
    default:
      return undefined;
  }
}

function findFaultPoint(request: FakeRequest): FaultPoint | undefined {
  const { pathname } = request.url;
  if (pathname === '/v4/oa/access_token') return 'zalo-token';
  if (/^\/v[23]\.0\/oa\/message(\/cs)?$/.test(pathname)) return 'zalo-send';
  if (isGraphSend(request)) return isSenderAction(request) ? 'graph' : 'graph-send';
  return isGraphPath(request) && !pathname.includes('/oa/') ? 'graph' : undefined;
}

function isSenderAction(request: FakeRequest): boolean {
  return request.body.includes('"sender_action"');
}

function answerPlatform(state: PlatformState, request: FakeRequest): FakeAnswer {
  return answerZalo(state, request) ?? answerGraph(state, request) ?? { status: 404, body: 'Not found' };
}

async function suffer(
  state: PlatformState,
  request: FakeRequest,
  response: ServerResponse,
  fault: Fault,
): Promise<void> {
  if (fault.kind === 'delay') {
    await wait(fault.ms);
    return reply(response, answerPlatform(state, request));
  }
  if (fault.kind === 'error') {
    const isGraph = fault.on.startsWith('graph');
    return reply(
      response,
      isGraph ? refuseGraph(fault.code, fault.subcode) : answerJson({ error: fault.code, message: 'Fault' }),
    );
  }
  if (fault.accept) answerPlatform(state, request);
  // A call that hangs is never answered: the caller's own time limit ends it.
  if (fault.kind === 'reset') response.destroy();
  if (fault.kind === 'status') reply(response, { status: fault.status, body: '<html>fault</html>' });
}

function reply(response: ServerResponse, answer: FakeAnswer): void {
  const isText = typeof answer.body === 'string';
  response.writeHead(answer.status, {
    'content-type': isText ? 'text/html; charset=utf-8' : 'application/json; charset=utf-8',
    ...answer.headers,
  });
  response.end(isText ? answer.body : JSON.stringify(answer.body));
}

if (process.argv[1] === import.meta.filename) {
  const { values } = parseArgs({ options: { port: { type: 'string' }, host: { type: 'string' } } });
  const platform = await startFakePlatform({
    port: Number(values.port ?? 0),
    ...(values.host === undefined ? {} : { host: values.host }),
  });
  console.log(JSON.stringify({ url: platform.url }));
  process.once('SIGTERM', () => void platform.stop());
  process.once('SIGINT', () => void platform.stop());
}
