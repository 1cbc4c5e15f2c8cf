import { describe, expect, it } from 'vitest';
import { curlThroughProxy } from '../../../core/formats/curl.ts';
import type { SnippetRequest } from '../../../core/formats/format.ts';
import { snippetFormats, type SnippetName } from '../../../core/formats/index.ts';
import { snippetBodyBytesMax, snippetRequestOf } from '../../../core/formats/snippet-request.ts';
import { nodePlatform } from '../../support/platform.ts';

const post: SnippetRequest = {
  method: 'POST',
  url: 'https://shop.test/a?b=[1]',
  version: 'HTTP/1.1',
  headers: [
    ['Host', 'shop.test'],
    ['Content-Type', 'text/plain'],
    ['Content-Length', '9'],
    ['X-Quote', `it's "so" %PATH% \\ $HOME \`x\``],
    ['Cookie', 'sid=1'],
  ],
  body: { kind: 'text', text: `it's "1" & é\n` },
};

const snippet = (name: SnippetName, request: SnippetRequest = post): string =>
  snippetFormats[name].snippet(request);

describe('a snippet', () => {
  it('for a POSIX shell quotes so that nothing is replaced', () => {
    expect(snippet('curl')).toBe(
      String.raw`curl 'https://shop.test/a?b=[1]' \
  --globoff \
  -H 'Content-Type: text/plain' \
  -H 'X-Quote: it'\''s "so" %PATH% \ $HOME ${'`x`'}' \
  -H 'Cookie: sid=1' \
  -H User-Agent: \
  -H Accept: \
  --data-raw $'it\'s "1" & \xc3\xa9\n'`,
    );
  });

  it('for the Windows prompt puts a caret before every special sign', () => {
    expect(snippet('curl-cmd')).toContain(
      String.raw`-H ^"X-Quote: it's \^"so\^" ^%PATH^% \ $HOME ${'`x`'}^"`,
    );
    expect(
      snippet('curl-cmd')
        .split('\r\n')
        .slice(0, -1)
        .every((line) => line.endsWith(' ^')),
    ).toBe(true);
  });

  it('names a body that is no text as a file', () => {
    const binary: SnippetRequest = { ...post, body: { kind: 'file', name: 'request-7.bin' } };
    expect(snippet('curl', binary)).toContain('--data-binary @request-7.bin');
    expect(snippet('python', binary)).toContain("open('request-7.bin', 'rb')");
    expect(snippet('node-fetch', binary)).toContain('await readFile("request-7.bin")');
    expect(snippet('go', binary)).toContain('os.Open("request-7.bin")');
    expect(snippet('powershell', binary)).toContain("-InFile 'request-7.bin'");
  });

  it('for a browser leaves out what a page may not set, and sends its cookies', () => {
    expect(snippet('fetch')).not.toContain('sid=1');
    expect(snippet('fetch')).toContain("credentials: 'include'");
  });

  it('for Go keeps names and bytes', () => {
    const high: SnippetRequest = { ...post, headers: [['x-LOW', 'caf\xe9']], body: { kind: 'none' } };
    expect(snippet('go', high)).toContain(
      String.raw`request.Header["x-LOW"] = append(request.Header["x-LOW"], "caf\xe9")`,
    );
  });

  it('for PowerShell doubles every kind of quote that it knows', () => {
    expect(snippet('powershell')).toContain(`'X-Quote' = 'it''s "so"`);
    expect(snippet('powershell', { ...post, body: { kind: 'text', text: 'a\u2019b' } })).toContain(
      'a\u2019\u2019b',
    );
  });

  it('as raw HTTP shows the request as it was', () => {
    expect(snippet('raw')).toMatch(
      /^POST \/a\?b=\[1\] HTTP\/1\.1\r\nHost: shop\.test\r\n[\s\S]*\r\n\r\nit's/,
    );
  });
});

describe('the request of a snippet', () => {
  const record = { method: 'GET', scheme: 'http', host: 'bücher.example', port: 80, path: '/\xff x' };

  it('is ASCII: bytes of the path as they are, the host as UTF-8', () => {
    const { url } = snippetRequestOf(record, null, new Uint8Array(0), 'f', nodePlatform);
    expect(url).toBe('http://b%FCcher.example/%FF%20x');
  });

  it('has its body as text only where it is short UTF-8 without NUL', () => {
    const kindOf = (bytes: Uint8Array): string =>
      snippetRequestOf(record, null, bytes, 'f', nodePlatform).body.kind;
    expect(kindOf(new Uint8Array(0))).toBe('none');
    expect(kindOf(Buffer.from('é'))).toBe('text');
    expect(kindOf(Buffer.from([0x61, 0]))).toBe('file');
    expect(kindOf(Buffer.from([0xff]))).toBe('file');
    expect(kindOf(new Uint8Array(snippetBodyBytesMax + 1).fill(97))).toBe('file');
  });
});

describe('the first request through the proxy', () => {
  it('names the proxy and the CA as one word each', () => {
    expect(curlThroughProxy('127.0.0.1:8888', '/home/me/ca.pem')).toBe(
      'curl -x http://127.0.0.1:8888 --cacert /home/me/ca.pem https://example.com/',
    );
    expect(curlThroughProxy('127.0.0.1:8888', "/home/o'neil x/ca.pem")).toContain(
      String.raw`'/home/o'\''neil x/ca.pem'`,
    );
  });
});
