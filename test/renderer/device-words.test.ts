import { describe, expect, it } from 'vitest';
import type { DeviceCheckView } from '../../core/contract/devices.ts';
import {
  authorityName,
  formatAgo,
  formerWords,
  nextCheck,
  removalSteps,
  shortTraffic,
  strangerNotes,
  strangerWords,
  trafficWords,
} from '../../renderer/format/device-words.ts';

const secondUs = 1_000_000;
const caName = 'Plumbline CA ada';

describe('words about devices', () => {
  it.each([
    [-1, 'now'],
    [9, 'now'],
    [47, '40 s ago'],
    [60, '1 min ago'],
    [3599, '59 min ago'],
    [7200, '2 h ago'],
    [86_400, 'yesterday'],
    [3 * 86_400, '3 days ago'],
  ])('say of %d s ago: %s', (seconds, words) => {
    expect(formatAgo(seconds * secondUs)).toBe(words);
  });

  it('count connections and requests, and leave out connections where there is no room', () => {
    expect(trafficWords({ connections: 1, requests: 1204 })).toBe('1 connection · 1,204 requests');
    expect(shortTraffic({ connections: 0, requests: 1 })).toBe('1 request');
    expect(shortTraffic({ connections: 2, requests: 0 })).toBe('2 connections · 0 requests');
  });

  it('point at a problem before a step that is only open', () => {
    const check = (state: DeviceCheckView['state'], title: string): DeviceCheckView => ({
      ...{ step: 'proxied', state, title, text: '', diagnosis: null, passable: [] },
    });
    const [done, open, problem] = [check('done', 'a'), check('open', 'b'), check('problem', 'c')];
    expect(nextCheck([done, open, problem])).toBe(problem);
    expect(nextCheck([done, open])).toBe(open);
    expect(nextCheck([done])).toBeNull();
  });

  it('say who came without the code, and what else it did', () => {
    const stranger = { address: '192.168.1.23', system: 'iOS 17.4 · iPhone', count: 3, seenAtUs: 0 };
    const known = { ...stranger, hasWrongCode: true, usesProxy: true };
    expect(strangerWords(known)).toBe(
      'A device at 192.168.1.23 (iOS 17.4 · iPhone) came 3 times without the code.',
    );
    expect(strangerNotes(known)).toHaveLength(2);
    expect(strangerWords({ ...known, system: null, count: 1 })).toBe(
      'A device at 192.168.1.23 came once without the code.',
    );
    expect(strangerNotes({ ...stranger, hasWrongCode: false, usesProxy: false })).toEqual([]);
  });

  it('say what is left on a device that was removed', () => {
    const former = { id: 'd1', name: 'Pixel', system: null, removedAtUs: 0 };
    expect(formerWords({ ...former, hasCertificate: true, usesProxy: false })).toBe(
      'Pixel most likely still trusts the certificate.',
    );
    expect(formerWords({ ...former, hasCertificate: false, usesProxy: true })).toBe(
      'Pixel still sends its traffic here, where it is refused.',
    );
  });

  it('say how it is cleaned up in the words of its own settings', () => {
    expect(removalSteps('iPadOS 17.4 · iPad', caName)[0]?.text).toBe(
      'Settings › Wi-Fi › (i) › Configure Proxy › Off: Choose “Off” and touch “Save”.',
    );
    expect(removalSteps('Android 14 · Pixel 8', caName)[1]?.text).toContain('Security & privacy');
    expect(removalSteps('Android 9', caName)[1]?.text).not.toContain('Security & privacy');
    expect(removalSteps(null, caName)[1]?.text).toContain(caName);
  });

  it('take the name of the CA from its subject', () => {
    expect(authorityName('CN=Plumbline CA ada, O=Plumbline')).toBe(caName);
    expect(authorityName(null)).toBe('Plumbline CA');
  });
});
