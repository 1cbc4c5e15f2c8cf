import { expect, it } from 'vitest';
import { curlCommand } from '../../renderer/format/curl-command.ts';

it('the curl command quotes a path only where a shell needs it', () => {
  expect(curlCommand('127.0.0.1:8888', '/home/me/ca.pem')).toBe(
    'curl -x http://127.0.0.1:8888 --cacert /home/me/ca.pem https://example.com/',
  );
  expect(curlCommand('127.0.0.1:8888', "/home/o'neil x/ca.pem")).toContain(
    String.raw`'/home/o'\''neil x/ca.pem'`,
  );
});
