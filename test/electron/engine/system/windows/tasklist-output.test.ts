import { describe, expect, it } from 'vitest';
import { parseTasklist } from '../../../../../electron/engine/system/windows/tasklist-output.ts';

describe('output of tasklist', () => {
  it('tells the names of processes, with spaces, commas and other letters', () => {
    const names = parseTasklist(
      '"System Idle Process","0","Services","0","8 K"\r\n"chrome.exe","4711","Console","1","123,456 K"\r\n"a, b (c).exe","12","Console","1","1 K"\r\n"Größe.exe","13","Console","1","1 K"\r\n',
    );
    expect([...names.values()]).toEqual(['System Idle Process', 'chrome.exe', 'a, b (c).exe', 'Größe.exe']);
    expect(names.get(4711)).toBe('chrome.exe');
  });

  it('is passed over where it is something else', () => {
    expect(parseTasklist('INFO: No tasks are running.\n"a""b","1"\n"a","x"\n').size).toBe(0);
  });
});
