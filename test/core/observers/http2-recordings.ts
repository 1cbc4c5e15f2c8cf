import { Buffer } from 'node:buffer';
import { readdirSync, readFileSync } from 'node:fs';
import { inflateRawSync } from 'node:zlib';
import type { Sender } from '../../../core/observers/observer.ts';
import type { Step } from './http1-script.ts';

/** A connection between two programs of others, and what they say of it: see make-http2.mjs. */
export interface Recording {
  readonly name: string;
  readonly steps: readonly Step[];
  readonly upgradeSettings: Uint8Array | null;
  /** By stream: names and values in turn. */
  readonly requests: Readonly<Record<string, readonly string[]>> | null;
  readonly responses: Readonly<Record<string, readonly string[]>> | null;
  /** `METHOD PATH STATUS BODY-BYTES`, sorted. */
  readonly log: readonly string[] | null;
}

interface RecordingFile {
  readonly upgradeSettings?: string;
  readonly requests?: Readonly<Record<string, readonly string[]>>;
  readonly responses?: Readonly<Record<string, readonly string[]>>;
  readonly log?: readonly string[];
  readonly chunks: readonly string[];
  readonly deflated: string;
}

const folder = new URL('../../fixtures/', import.meta.url);

export function readRecordings(): Recording[] {
  return readdirSync(folder)
    .filter((name) => /^http2-.*\.json$/.test(name))
    .map((name) => {
      const file = JSON.parse(readFileSync(new URL(name, folder), 'utf8')) as RecordingFile;
      const bytes = inflateRawSync(Buffer.from(file.deflated, 'base64'));
      let at = 0;
      const steps = file.chunks.map((chunk): Step => {
        const [sender, length] = chunk.split(' ');
        const from = at;
        at += Number(length);
        return { sender: sender as Sender, bytes: new Uint8Array(bytes.subarray(from, at)) };
      });
      return {
        name: name.slice('http2-'.length, -'.json'.length),
        steps,
        upgradeSettings:
          file.upgradeSettings === undefined
            ? null
            : new Uint8Array(Buffer.from(file.upgradeSettings, 'base64url')),
        requests: file.requests ?? null,
        responses: file.responses ?? null,
        log: file.log === undefined ? null : [...file.log].sort(),
      };
    });
}
