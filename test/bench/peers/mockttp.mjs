// A mockttp proxy that passes everything through; prints its port.
import { createRequire } from 'node:module';
import { join } from 'node:path';

const mockttp = createRequire(join(process.argv[2], 'package.json'))('mockttp');
const server = mockttp.getLocal({ https: await mockttp.generateCACertificate(), http2: false });
await server.start();
await server.forAnyRequest().thenPassThrough({ ignoreHostHttpsErrors: true });
process.stdout.write(`${JSON.stringify({ port: server.port })}\n`);
