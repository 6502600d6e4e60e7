import { resolve } from 'node:path';
import { expect, it } from '@jest/globals';
import { findSecrets, findSecretsIn } from '../../security/find-secrets.ts';

it('knows a secret when it sees one', () => {
  const random = 'a1B2c3D4e5F6g7H8i9J0k1L2m3N4o5P6q7R8s9T0';
  for (const text of [
    `-----BEGIN ${'PRIVATE'} KEY-----`,
    `token: ${'EAA'}${random}${random}`,
    `${'AKIA'}ABCDEFGHIJKLMNOP`,
    `postgres://tthc:${'s3cretpw'}@db.example/tthc`,
    `ZALO_APP_SECRET${'='}${random}`,
  ]) {
    expect([text.slice(0, 12), findSecretsIn(text, 'x')]).toMatchObject([text.slice(0, 12), [{ line: 1 }]]);
  }
  expect(findSecretsIn('app_secret_env: TEST_ZALO_APP_SECRET', 'x')).toEqual([]);
});

it('finds none in the project', () => {
  expect(findSecrets(resolve('.'))).toEqual([]);
});
