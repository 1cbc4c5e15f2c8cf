import { chmod, open, readFile, rename, stat, unlink } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { deviceNameMax } from '../../../core/contract/devices.ts';
import { noDeviceFacts, refusalsMax } from '../../../core/devices/device-facts.ts';

/** Paired devices, and former ones that are remembered. */
export const devicesMax = 64;

/** Networks that are remembered. */
export const knownMax = 16;

const at = z.number().nullable();
const seenHost = z.object({ host: z.string().max(300), atUs: z.number() });
const refusal = seenHost.extend({
  how: z.enum(['unknown-ca', 'refused', 'closed']),
  count: z.number(),
});
const facts = z.object({
  directAtUs: at,
  proxiedPageAtUs: at,
  proxiedAtUs: at,
  certificateAtUs: at,
  trustedAtUs: at,
  probedAtUs: at,
  probeRefusal: refusal.nullable(),
  refusals: z.array(refusal).max(refusalsMax),
  decrypted: seenHost.nullable(),
  plain: seenHost.nullable(),
  aroundProxy: seenHost.nullable(),
});

const device = z.object({
  id: z.string().min(1).max(64),
  name: z.string().min(1).max(deviceNameMax),
  system: z.string().max(100).nullable(),
  /** Its browser's own word, for the steps that it needs. */
  userAgent: z.string().max(1024),
  address: z.string().max(64),
  hardware: z.string().max(32).nullable(),
  pairedAtUs: z.number(),
  seenAtUs: z.number(),
  // A device stays paired whatever became of what was seen of it.
  facts: facts.catch({ ...noDeviceFacts, refusals: [] }),
});
export type DeviceRecord = z.infer<typeof device>;

const former = z.object({
  id: z.string().min(1).max(64),
  name: z.string().min(1).max(deviceNameMax),
  system: z.string().max(100).nullable(),
  address: z.string().max(64),
  hardware: z.string().max(32).nullable(),
  removedAtUs: z.number(),
  hasCertificate: z.boolean(),
  usesProxy: z.boolean(),
});
export type FormerRecord = z.infer<typeof former>;

const schema = z.object({
  version: z.literal(1),
  /** The port that phones were told, so that they find it again; the network that a person chose, by its interface; networks that devices were paired in. */
  port: z.int().min(1).max(65_535).nullable(),
  network: z.string().max(128).nullable(),
  known: z.array(z.string().max(64)).max(knownMax),
  devices: z.array(device).max(devicesMax),
  former: z.array(former).max(devicesMax),
});
export type DeviceFile = z.infer<typeof schema>;

export const noDevices: DeviceFile = {
  version: 1,
  port: null,
  network: null,
  known: [],
  devices: [],
  former: [],
};

const fileBytesMax = 4_000_000;

function pathIn(dataDir: string): string {
  return join(dataDir, 'devices.json');
}

/** `problem`: the file is there and cannot be used; it was put aside, and why is said in one sentence. */
export async function loadDevices(
  dataDir: string,
): Promise<{ readonly file: DeviceFile; readonly problem: string | null }> {
  const path = pathIn(dataDir);
  let text: string;
  try {
    const { size, mode } = await stat(path);
    if (size > fileBytesMax) return await putAside(path, 'is larger than 4 MB');
    if ((mode & 0o077) !== 0) await chmod(path, 0o600).catch(() => undefined);
    text = await readFile(path, 'utf8');
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : String(error);
    if (code === 'ENOENT') return { file: noDevices, problem: null };
    return { file: noDevices, problem: `Paired devices could not be read from ${path} (${code}).` };
  }
  const read = schema.safeParse(parsed(text));
  return read.success ? { file: read.data, problem: null } : putAside(path, 'is damaged');
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

async function putAside(path: string, why: string): Promise<{ file: DeviceFile; problem: string }> {
  const aside = `${path}.unusable`;
  const moved = await rename(path, aside).then(
    () => true,
    () => false,
  );
  const kept = moved ? `It was kept as ${aside}.` : 'It could not be put aside.';
  return { file: noDevices, problem: `The list of paired devices ${why}. ${kept} Pair the devices again.` };
}

/** Whole, then renamed into place, 0600. Gives why it could not be saved, or null. */
export async function saveDevices(dataDir: string, file: DeviceFile): Promise<string | null> {
  const path = pathIn(dataDir);
  const temporary = `${path}.${process.pid}.tmp`;
  try {
    const handle = await open(temporary, 'w', 0o600);
    try {
      await handle.writeFile(`${JSON.stringify(file, null, 2)}\n`);
      await handle.sync();
    } finally {
      await handle.close();
    }
    await rename(temporary, path);
    return null;
  } catch (error) {
    await unlink(temporary).catch(() => undefined);
    const code = error instanceof Error && 'code' in error ? String(error.code) : String(error);
    return `Paired devices could not be saved to ${path} (${code}): they must be paired again after a restart.`;
  }
}
