import { execFileSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { onTestFinished } from 'vitest';
import { scratchFolder } from './scratch.ts';

/** A file system of its own, so small that a test can fill it. */
export interface SmallDisk {
  readonly folder: string;
  /** Takes all but so many bytes. */
  readonly fill: (leftBytes?: number) => void;
  readonly makeRoom: () => void;
}

/** Needs the rights to mount: root, if only that of a user namespace (`unshare -Urm`). */
export function smallDisk(megabytes: number): SmallDisk {
  const folder = path.join(scratchFolder(), 'disk');
  fs.mkdirSync(folder);
  execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${megabytes}m,mode=0777`, 'plumbline-test', folder]);
  onTestFinished(() => {
    execFileSync('umount', ['--lazy', folder]);
  });
  const ballast = path.join(folder, 'ballast');
  return {
    folder,
    fill: (leftBytes = 0) => {
      const handle = fs.openSync(ballast, 'a');
      const { bavail, bsize } = fs.statfsSync(folder);
      const zeros = Buffer.alloc(bsize);
      try {
        for (let left = bavail * bsize - leftBytes; left >= bsize; left -= bsize) fs.writeSync(handle, zeros);
      } finally {
        fs.closeSync(handle);
      }
    },
    makeRoom: () => fs.rmSync(ballast, { force: true }),
  };
}
