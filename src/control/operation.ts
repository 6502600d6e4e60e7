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
