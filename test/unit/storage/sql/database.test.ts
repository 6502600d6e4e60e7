import { describe, expect, it } from '@jest/globals';
import { AppError } from '../../../../src/core/errors.ts';
import { toStorageError } from '../../../../src/storage/sql/database.ts';

const coded = (code: string, message = 'x') => Object.assign(new Error(message), { code });

describe('errors of a database', () => {
  it.each([
    ['08006', 'connection failure'],
    ['53100', 'disk full'],
    ['53300', 'too many connections'],
    ['57P01', 'administrator shut it down'],
    ['57014', 'statement timeout'],
    ['58030', 'input or output error'],
    ['25006', 'read-only transaction'],
    ['40P01', 'dead lock'],
    ['ECONNREFUSED', 'nobody listens'],
    ['ENOSPC', 'disk full'],
  ])('%s (%s) may pass', (code) => {
    const error = toStorageError(coded(code));
    expect(error).toMatchObject({ code: 'storage-unavailable', retryable: true });
    expect((error as Error).message).toContain(code);
  });

  it.each([
    'Connection terminated unexpectedly',
    'timeout exceeded when trying to connect',
    'Query read timeout',
    'Cannot use a pool after calling end on the pool',
    'PGlite is closed',
  ])('"%s" may pass', (message) => {
    expect(toStorageError(new Error(message))).toMatchObject({
      code: 'storage-unavailable',
      retryable: true,
    });
  });

  it.each(['23505', '23001', '42P01', '22P02'])('%s will not pass and stays what it is', (code) => {
    const error = coded(code, 'connection terminated, says a row');
    expect(toStorageError(error)).toBe(error);
  });

  it('leaves our own errors alone and hides what a driver quotes', () => {
    const own = new AppError('conflict', 'held');
    expect(toStorageError(own)).toBe(own);
    const quoting = toStorageError(coded('53100', 'could not extend file, row: lệ phí khai sinh'));
    expect((quoting as Error).message).not.toContain('khai sinh');
    const refused = Object.assign(coded('23502'), {
      detail: 'Failing row contains (lệ phí khai sinh)',
      where: 'khai sinh',
    });
    expect(JSON.stringify(toStorageError(refused))).not.toContain('khai sinh');
  });
});
