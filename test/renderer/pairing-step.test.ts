import { describe, expect, it } from 'vitest';
import type { DevicesState, PairedDevice } from '../../core/contract/devices.ts';
import { deviceChecks } from '../../core/devices/device-checks.ts';
import { noDeviceFacts } from '../../core/devices/device-facts.ts';
import { isSetUp, pairingAddress, pairingPart, pairingStep } from '../../renderer/format/pairing-step.ts';

const pairing = {
  ...{ url: 'http://192.168.1.5:8888/pair/K7QM2XWD', code: 'K7QM-2XWD', beganAtUs: 0 },
  ...{ hasVisitor: false, paired: null },
};
const open: DevicesState = {
  ...{ listener: '192.168.1.5:8888', problem: null, chosen: '192.168.1.5', pairing },
  ...{ networks: [], devices: [], former: [], strangers: [], firewall: null, saveProblem: null },
};

function device(isRead: boolean): PairedDevice {
  const against = {
    ...{
      system: null,
      proxyHost: '192.168.1.5',
      proxyPort: 8888,
      caName: 'CA',
      otherNetwork: null,
      passesThrough: () => false,
    },
  };
  const seen = { directAtUs: 1, proxiedAtUs: 2, trustedAtUs: 3, decrypted: { host: 'a.test', atUs: 4 } };
  return {
    ...{ id: 'd1', name: 'iPhone', system: null, address: '192.168.1.23', hardware: null },
    ...{ pairedAtUs: 0, seenAtUs: 0, connections: 0, requests: 0 },
    checks: [...deviceChecks(isRead ? { ...noDeviceFacts, ...seen } : noDeviceFacts, against)],
  };
}

function kind(changes: Partial<DevicesState>, refusal: string | null = null, isRecording = true): string {
  const failure = refusal === null ? null : { code: refusal, message: 'Why not.' };
  return pairingStep({ ...open, ...changes }, failure, isRecording).kind;
}

describe('how far the adding of a phone is', () => {
  it('is told by the first thing that keeps it from going on', () => {
    expect(kind({ pairing: null }, 'no-network')).toBe('no-network');
    expect(kind({ pairing: null }, 'cannot-listen')).toBe('failed');
    expect(kind({ pairing: null })).toBe('making');
    expect(kind({ chosen: null })).toBe('no-network');
    expect(kind({ listener: null, problem: 'The port is taken.' }, null, false)).toBe('not-recording');
    expect(kind({ listener: null, problem: 'The port is taken.' })).toBe('closed');
    const unreached = { url: '', code: 'K7QM-2XWD', beganAtUs: 0, hasVisitor: false, paired: null };
    expect(kind({ listener: null, pairing: unreached }), 'while it begins to listen again').toBe('making');
    expect(kind({ listener: null }), 'while another network is opened').toBe('waiting');
  });

  it('goes from waiting over the steps of the phone to the one that works', () => {
    expect(kind({})).toBe('waiting');
    expect(kind({ pairing: { ...pairing, hasVisitor: true } })).toBe('waiting');
    const paired = { ...pairing, hasVisitor: true, paired: 'd1' };
    expect(kind({ pairing: paired, devices: [device(false)] })).toBe('setting-up');
    expect(kind({ pairing: paired, devices: [device(true)] })).toBe('works');
  });

  it('is waiting again when the device that was paired is removed meanwhile', () => {
    expect(kind({ pairing: { ...pairing, hasVisitor: true, paired: 'd1' } })).toBe('waiting');
  });

  it('is counted in three parts, and in none while nothing can be done', () => {
    expect(pairingPart(pairingStep(open, null, true))).toBe(1);
    expect(pairingPart(pairingStep(open, null, false))).toBeNull();
  });

  it('names the address to type as the code holds it', () => {
    expect(pairingAddress(pairing)).toEqual({
      ...{ address: 'http://192.168.1.5:8888', host: '192.168.1.5', port: '8888' },
    });
    expect(pairingAddress({ url: 'http://[fd00::5]/pair/K7QM2XWD' })).toEqual({
      ...{ address: 'http://[fd00::5]', host: 'fd00::5', port: '80' },
    });
  });

  it('needs every step of the device', () => {
    expect(isSetUp(device(true))).toBe(true);
    expect(isSetUp(device(false))).toBe(false);
  });
});
