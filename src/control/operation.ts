import type { z } from 'zod';
import { AppError } from '../core/errors.ts';

/**
 * Something a command does with the database. It runs in the command's own process, or in the server that owns the
 * embedded database; its input and result therefore travel as JSON.
 */
export type Operation<S> = (services: S, input: unknown) => Promise<OperationResult>;

export interface OperationResult {
  /** For standard output. */
  text: string;
  /** A file's bytes, for commands that write one. */
  file?: Uint8Array;
  exitCode: number;
}

/** A result as JSON carries it. */
export interface WireResult {
  text: string;
  file?: string;
  exitCode: number;
}

export function toWire({ text, file, exitCode }: OperationResult): WireResult {
  return { text, exitCode, ...(file === undefined ? {} : { file: Buffer.from(file).toString('base64') }) };
}

export function fromWire({ text, file, exitCode }: WireResult): OperationResult {
  return { text, exitCode, ...(file === undefined ? {} : { file: Buffer.from(file, 'base64') }) };
}

/** What an operation was given, if it has the form; throws AppError `invalid-input` that names each fault. */
export function readInput<T>(form: z.ZodType<T>, input: unknown): T {
  const read = form.safeParse(input);
  if (read.success) return read.data;
  const faults = read.error.issues.map(
    ({ path, message }) => `${path.map(String).join('.') || '.'}: ${message}`,
  );
  throw new AppError('invalid-input', `Lệnh gửi đến không đúng dạng: ${faults.join('; ')}`);
}
