import { createRequire } from 'node:module';

/** Rejects with the validator's errors when this is no HAR 1.2. */
export async function checkHar(har: unknown): Promise<void> {
  const validator = createRequire(import.meta.url)('har-validator') as {
    har: (data: unknown) => Promise<unknown>;
  };
  await validator.har(har).catch((error: unknown) => {
    throw new Error(JSON.stringify((error as { errors?: unknown }).errors ?? String(error)));
  });
}
