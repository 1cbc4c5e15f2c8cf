import { describe, expect, it } from 'vitest';
import { parsePs } from '../../../../../electron/engine/system/macos/ps-output.ts';

describe('output of ps', () => {
  it('tells parent and program of each process; names hold spaces and parentheses', () => {
    const processes = parsePs(`    1     0 /sbin/launchd
  612   580 /Applications/Google Chrome.app/Contents/Frameworks/Google Chrome Helper (Renderer).app/Contents/MacOS/Google Chrome Helper (Renderer)
99999     1 (zombie)
`);
    expect(processes.get(1)).toEqual({ parentId: 0, rest: '/sbin/launchd' });
    expect(processes.get(612)?.rest).toMatch(/Helper \(Renderer\)$/);
    expect(processes.get(99_999)?.parentId).toBe(1);
  });

  it('passes over what is no line of it', () => {
    expect(parsePs('PID PPID COMM\n\n12\n12 x y\n99999999999 1 a\n').size).toBe(0);
  });
});
