import { readdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { afterAll, describe, expect, it } from 'vitest';
import type { TreeNode } from '../../../../core/contract/packets.ts';
import { createTsharkDissector } from '../../../../electron/engine/dissection/tshark-dissector.ts';
import { httpCapture, httpFrames } from '../../../support/http-capture.ts';

const dissector = createTsharkDissector();
const capture = (decodeAs: Parameters<typeof dissector.tree>[0]['decodeAs'] = []) => ({
  key: '',
  bytes: httpCapture(),
  decodeAs,
});

afterAll(() => dissector.close());

function nodesOf(tree: readonly TreeNode[]): readonly TreeNode[] {
  return tree.flatMap((node) => [node, ...nodesOf(node.children)]);
}

describe('an installed tshark', () => {
  it('says which version it is', async () => {
    expect(await dissector.up()).toMatchObject({
      ok: true,
      value: expect.stringMatching(/^tshark \d+\.\d+/) as string,
    });
  });

  it('takes a request apart, and every node names its bytes', async () => {
    const answer = await dissector.tree(capture(), 4);
    if (!answer.ok) throw new Error(answer.error.message);
    const { tree, sources } = answer.value;
    expect(tree.map((node) => node.field)).toEqual(['frame', 'eth', 'ip', 'tcp', 'http']);
    expect(sources).toEqual([{ name: 'Frame (114 bytes)', bytes: Buffer.from(httpFrames()[3]!.bytes) }]);
    const uri = nodesOf(tree).find((node) => node.field === 'http.request.uri')!;
    expect(uri).toMatchObject({ source: 0, filter: 'http.request.uri == "/plumb?line=1"' });
    expect(Buffer.from(sources[0]!.bytes.subarray(uri.from, uri.from + uri.bytes)).toString()).toBe(
      '/plumb?line=1',
    );
    expect(nodesOf(tree).find((node) => node.field === 'http.response_in')).toMatchObject({ packet: 7 });
    const syn = await dissector.tree(capture(), 1);
    const entry = syn.ok ? nodesOf(syn.value.tree).find((node) => node.field === '_ws.expert') : undefined;
    expect(entry).toMatchObject({ severity: 'chat' });
  });

  it('shows what was put together from several packets as a source of its own', async () => {
    const answer = await dissector.tree(capture(), 7);
    if (!answer.ok) throw new Error(answer.error.message);
    const { tree, sources } = answer.value;
    expect(sources.map((source) => source.name)).toEqual(['Frame (65 bytes)', 'Reassembled TCP (76 bytes)']);
    const code = nodesOf(tree).find((node) => node.field === 'http.response.code')!;
    expect(code).toMatchObject({ source: 1, from: 9, bytes: 3, filter: 'http.response.code == 200' });
    expect(nodesOf(tree).find((node) => node.field === 'tcp.srcport')).toMatchObject({ source: 0, from: 34 });
  });

  it('selects frames, and says what is wrong with a filter', async () => {
    expect(await dissector.filter(capture(), 'http')).toEqual({ ok: true, value: Uint32Array.of(4, 7) });
    expect(await dissector.checkFilter('tcp.port == 80')).toEqual({ ok: true, value: null });
    expect(await dissector.checkFilter('tcp.port ==')).toEqual({
      ok: true,
      value: 'Unexpected end of filter expression.',
    });
    expect(await dissector.filter(capture(), 'nosuch')).toMatchObject({ error: { code: 'bad-filter' } });
  });

  it('reads a port as another protocol', async () => {
    const protocols = await dissector.protocols();
    expect(protocols.ok && protocols.value).toEqual(expect.arrayContaining(['http', 'tls', 'dns']));
    const answer = await dissector.tree(capture([{ table: 'tcp.port', port: 80, protocol: 'resp' }]), 4);
    expect(answer.ok && answer.value.tree.at(-1)?.field).toBe('resp');
    const wrong = await dissector.tree(capture([{ table: 'tcp.port', port: 80, protocol: 'nonsense' }]), 4);
    expect(wrong).toMatchObject({ error: { code: 'bad-rule' } });
    const injected = await dissector.tree(
      capture([{ table: 'tcp.port', port: 80, protocol: 'http -w x' }]),
      4,
    );
    expect(injected).toMatchObject({ error: { code: 'bad-rule' } });
  });

  it('refuses what is no capture and a frame that is not there', async () => {
    const noise = { key: '', bytes: Buffer.from('no packets at all'), decodeAs: [] };
    expect(await dissector.tree(noise, 1)).toMatchObject({ ok: false });
    expect(await dissector.tree(capture(), 11)).toMatchObject({ error: { code: 'no-such-frame' } });
  });

  it('stops when it is told to, and leaves no file behind', async () => {
    const stop = new AbortController();
    const filtering = dissector.filter(capture(), 'http', stop.signal);
    stop.abort();
    expect(await filtering).toMatchObject({ error: { code: 'dissection-stopped' } });
    expect(readdirSync(tmpdir()).filter((name) => name.startsWith('plumbline-dissect-'))).toEqual([]);
  });

  it('says that it is not there', async () => {
    const none = createTsharkDissector('/nonexistent/tshark');
    expect(await none.tree(capture(), 1)).toMatchObject({ error: { code: 'dissection-missing' } });
  });
});
