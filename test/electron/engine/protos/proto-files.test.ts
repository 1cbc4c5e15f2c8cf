import fs from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { readNamed } from '../../../../core/decoders/protobuf-names.ts';
import { readProtoFiles } from '../../../../electron/engine/protos/proto-files.ts';
import { tempFolder } from '../session/support.ts';

const fixtures = path.join(import.meta.dirname, '../../../fixtures/protos');

function folderWith(files: Readonly<Record<string, string>>): string {
  const folder = tempFolder();
  for (const [name, text] of Object.entries(files)) {
    fs.mkdirSync(path.dirname(path.join(folder, name)), { recursive: true });
    fs.writeFileSync(path.join(folder, name), text);
  }
  return folder;
}

describe('.proto files', () => {
  it('of a folder name the messages of a call, those of imported files too', async () => {
    const { files, services, problems, typeOf } = await readProtoFiles([fixtures]);
    expect({ files, services, problems }).toEqual({ files: 2, services: 2, problems: [] });
    const type = typeOf('shop.v1.Catalog', 'GetProduct', 'response');
    expect(type?.name).toBe('shop.v1.Product');
    const bytes = Uint8Array.from([
      0x08, 0x07, 0x1a, 0x03, 0x08, 0xe8, 0x07, 0x22, 0x01, 0x61, 0x22, 0x01, 0x62,
    ]);
    expect(JSON.stringify(type === null ? null : readNamed(bytes, type.message).value)).toBe(
      '{"id":7,"price":{"cents":1000},"tags":["a","b"]}',
    );
    expect(typeOf('shop.v1.Catalog', 'Nothing', 'response')).toBeNull();
    expect(typeOf('shop.v1.Nothing', 'GetProduct', 'request')).toBeNull();
  });

  it('know what every compiler brings along, enums and maps', async () => {
    const folder = folderWith({
      'a.proto':
        'syntax = "proto3"; package a; import "google/protobuf/timestamp.proto";' +
        'message M { map<string, K> kinds = 1; google.protobuf.Timestamp at = 2; } enum K { NONE = 0; LAMP = 1; }' +
        'service S { rpc Get(M) returns (M); }',
    });
    const { problems, typeOf } = await readProtoFiles([path.join(folder, 'a.proto')]);
    expect(problems).toEqual([]);
    const type = typeOf('a.S', 'Get', 'request');
    const bytes = Uint8Array.from([0x0a, 0x05, 0x0a, 0x01, 0x78, 0x10, 0x01, 0x12, 0x02, 0x08, 0x05]);
    expect(JSON.stringify(type === null ? null : readNamed(bytes, type.message).value)).toBe(
      '{"kinds":{"x":"LAMP"},"at":{"seconds":5}}',
    );
  });

  it('that cannot be read cost themselves only, with a sentence for each', async () => {
    const folder = folderWith({
      'good.proto': 'syntax = "proto3"; package g; message M {} service S { rpc Get(M) returns (Missing); }',
      'broken.proto': 'syntax = "proto3"; message {',
      'lost.proto':
        'syntax = "proto3"; import "../../../../../../../../etc/hostname"; import "nowhere.proto";',
      'large.proto': ' '.repeat(1_100_000),
      'deep.proto': `syntax = "proto3"; ${'message A { '.repeat(20_000)}`,
    });
    const { problems, typeOf } = await readProtoFiles([folder, path.join(folder, 'not-there')]);
    const said = problems
      .map((problem) => `${path.basename(problem.path)}: ${problem.message.slice(0, 45)}`)
      .sort();
    expect(said).toEqual([
      'broken.proto: It is not a .proto file that can be read: ill',
      expect.stringMatching(/^deep\.proto: It is not a \.proto file/),
      'large.proto: It is larger than 1 MiB and is not read.',
      'lost.proto: It imports ../../../../../../../../etc/hostna',
      'lost.proto: It imports nowhere.proto, which is in none of',
      'not-there: There is no such file or folder.',
    ]);
    expect(typeOf('g.S', 'Get', 'request')?.name).toBe('g.M');
    expect(typeOf('g.S', 'Get', 'response')).toBeNull();
  });
});
