import type { StoredPayloadKey } from '../../core/ports.ts';

/** A key that is kept as a file as a row of the table in which a server keeps it; bytes as PostgreSQL writes them. */
export function formatPayloadKey({ id, wrapped, createdAt }: StoredPayloadKey): string {
  const bytes = (value: Uint8Array) => `\\x${Buffer.from(value).toString('hex')}`;
  return JSON.stringify({ id: bytes(id), wrapped: bytes(wrapped), created_at: createdAt.toISOString() });
}

/** The reverse, of a row that either kind of database gave. */
export function parsePayloadKey(json: string): StoredPayloadKey {
  const row = JSON.parse(json) as { id: string; wrapped: string; created_at: string };
  const bytes = (text: string) => Buffer.from(text.replace(/^\\x/, ''), 'hex');
  return { id: bytes(row.id), wrapped: bytes(row.wrapped), createdAt: new Date(row.created_at) };
}
