import { copyFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createInserviceKit, fileKeys, type InserviceKit } from '../../index.js';
import { forgetKeys, rotateKeys } from '../../reference/keys.js';
import { sqliteStore } from '../../store/sqlite/index.js';
import { install, type Installation } from '../../testing/installation.js';

const SEEN_MS = 1_500;
/** Long enough to hear of the other server; where it never agrees, that is waited for in vain. */
const IN_VAIN = { waitMs: SEEN_MS, patienceMs: 2_000 };
const WAITS = { waitMs: SEEN_MS, patienceMs: 30_000 };
let installation: Installation;
let other: InserviceKit;
let [here, there] = ['', ''];

beforeAll(async () => {
  installation = await install();
  here = join(installation.folder, 'kit.keys');
  there = join(installation.folder, 'copied.keys');
  copyFileSync(here, there);
  other = await createInserviceKit({
    store: sqliteStore({ file: join(installation.folder, 'kit.sqlite') }),
    keys: fileKeys(there),
    onInternalError: () => undefined,
  });
});
afterAll(async () => {
  await other.close();
  await installation.end();
});

describe('keys on several machines', () => {
  it('are not used before every server knows them, and not removed while a server still writes with them', async () => {
    const kit = installation.kit.internals;
    await expect(rotateKeys(kit, here, IN_VAIN)).rejects.toThrow('does not know the new keys');
    copyFileSync(here, there);
    await rotateKeys(kit, here, WAITS);
    await expect(forgetKeys(kit, here, IN_VAIN)).rejects.toThrow('still writes with another key');
    copyFileSync(here, there);
    await forgetKeys(kit, here, WAITS);
    await expect
      .poll(() => kit.cipher.keyIds, { timeout: 10_000 })
      .toMatchObject({ fields: [expect.any(String)], lookup: [expect.any(String)] });
  }, 120_000);
});
