import express, { type Request, type Response } from 'express';
import type { Entered } from './form.ts';

/** A file that came with a form. */
export interface UploadedFile {
  name: string;
  body: Uint8Array;
}

/** Room for the other fields of the form and what stands between them. */
const fieldBytes = 64 * 1024;

/**
 * Reads a form that may hold one file, after it is known who sends it: files are large, forms are not.
 * @throws an error with `status` 413 when it is larger than a file of `maxBytes`, 400 when it cannot be read.
 */
export async function readUpload(
  request: Request,
  response: Response,
  maxBytes: number,
): Promise<{ fields: Entered; file: UploadedFile | undefined }> {
  const type = request.header('content-type') ?? '';
  if (!/^multipart\/form-data\s*;/i.test(type)) {
    return { fields: (request.body ?? {}) as Entered, file: undefined };
  }
  const readBytes = express.raw({ type: () => true, limit: maxBytes + fieldBytes });
  await new Promise<void>((resolve, reject) => {
    readBytes(request, response, (error?: unknown) =>
      error === undefined ? resolve() : reject(error instanceof Error ? error : new Error('unreadable form')),
    );
  });
  const form = await parseForm(request.body as Buffer, type);
  const fields: Record<string, string> = {};
  let file: UploadedFile | undefined;
  for (const [name, value] of form) {
    if (typeof value === 'string') fields[name] = value;
    // A browser sends an empty file where none was chosen.
    else if (value.size > 0) file ??= { name: value.name, body: new Uint8Array(await value.arrayBuffer()) };
  }
  return { fields, file };
}

async function parseForm(body: Buffer, type: string): Promise<FormData> {
  try {
    return await new globalThis.Response(new Uint8Array(body), {
      headers: { 'content-type': type },
    }).formData();
  } catch (cause) {
    throw Object.assign(new Error('a form of several parts could not be read', { cause }), { status: 400 });
  }
}
