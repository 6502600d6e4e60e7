/** One request to a fake, already read. */
export interface FakeRequest {
  method: string;
  url: URL;
  headers: Record<string, string | string[] | undefined>;
  body: Buffer;
}

/** What a fake answers: an object goes out as JSON, text as HTML. */
export interface FakeAnswer {
  status: number;
  body: object | string;
  headers?: Record<string, string>;
}

export function answerJson(body: object, status = 200): FakeAnswer {
  return { status, body };
}

/** The body as a JSON object; undefined when it is none. */
export function readJsonObject(request: FakeRequest): Record<string, unknown> | undefined {
  try {
    return asObject(JSON.parse(request.body.toString('utf8')));
  } catch {
    return undefined;
  }
}

export function asObject(value: unknown): Record<string, unknown> | undefined {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
    ? (value as Record<string, unknown>)
    : undefined;
}

export function asArray(value: unknown): unknown[] {
  return Array.isArray(value) ? value : [];
}

export function asText(value: unknown): string {
  return typeof value === 'string' ? value : '';
}
