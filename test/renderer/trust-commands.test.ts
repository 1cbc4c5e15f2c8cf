import { expect, it } from 'vitest';
import { trustCommands } from '../../renderer/format/trust-commands.ts';

function commandFor(platform: string, path: string): string {
  return trustCommands(path, 'c3BraQ==').find((each) => each.platform === platform)?.command ?? '';
}

it('leaves plain paths as they are and quotes others for a shell', () => {
  expect(commandFor('Node.js', '/home/ada/ca.pem')).toBe('export NODE_EXTRA_CA_CERTS=/home/ada/ca.pem');
  expect(commandFor('Node.js', "/Users/O'Brien/My CA.pem")).toBe(
    String.raw`export NODE_EXTRA_CA_CERTS='/Users/O'\''Brien/My CA.pem'`,
  );
  expect(commandFor('Windows', String.raw`C:\Users\Ada L\ca.pem`)).toBe(
    String.raw`certutil -user -addstore root "C:\Users\Ada L\ca.pem"`,
  );
});

it('names the public key for one start of Chrome', () => {
  expect(commandFor('Chrome, one start', '/ca.pem')).toContain(
    '--ignore-certificate-errors-spki-list=c3BraQ==',
  );
});
