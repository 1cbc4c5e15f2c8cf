import path from 'node:path';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { createEngine } from '../../../../electron/engine/engine.ts';
import { createAdbHandlers } from '../../../../electron/engine/services/adb-handlers.ts';
import { createFakeAdb, emulator } from '../../../support/fake-adb.ts';
import { runCurl } from '../../../support/program.ts';
import { scratchFolder } from '../../../support/scratch.ts';
import { workers } from '../../../support/workers.ts';
import { valueOf } from '../certificates/support.ts';

describe('the service of the engine', () => {
  it('starts recording, leads a device to its proxy and gives it the CA that is in use', async () => {
    const folder = scratchFolder();
    const fake = createFakeAdb(scratchFolder(), { devices: { 'emulator-5554': emulator } });
    vi.stubEnv('PATH', `${fake.folder}:${process.env['PATH'] ?? ''}`);
    onTestFinished(() => void vi.unstubAllEnvs());
    const engine = valueOf(
      await createEngine({
        ...{ dataDir: folder, upstreamCaFiles: [], insecureHosts: [], passThroughHosts: [] },
        ...{ workers, controlPorts: () => [] },
      }),
    );
    onTestFinished(engine.close);
    const opened = valueOf(await engine.openSession({ path: path.join(folder, 'a.plumb'), mode: 'create' }));
    valueOf(await engine.recordInto(opened.id));
    valueOf(await engine.settings.update({ listen: '127.0.0.1:0' }));
    const adb = createAdbHandlers(engine);
    expect(fake.taken()).toEqual([]);

    const used = valueOf(await adb.useProxy({ serial: 'emulator-5554' }, null));
    const listener = engine.recording().listener ?? '';
    expect(used.device).toMatchObject({ proxy: 'ours', proxyAddress: listener });
    const installed = valueOf(await adb.installCertificate({ serial: 'emulator-5554' }, null));
    expect(installed.device.hasCertificate).toBe(true);
    const files = Object.values(fake.state().devices['emulator-5554']!.files);
    expect(files).toContain(engine.authority.certificatePem);
    // What the device opens, as its connections come: from this computer.
    expect(valueOf(await adb.openPortal({ serial: 'emulator-5554' }, null)).said).toContain('is open');
    const page = await runCurl(['-s', '-f', '-x', `http://${listener}`, 'http://plumbline.test/']);
    expect(page.code).toBe(0);

    await engine.stopRecording();
    expect(valueOf(await adb.list({}, null)).devices[0]?.proxy).toBe('cut');
    valueOf(await adb.stopProxy({ serial: 'emulator-5554' }, null));
    valueOf(await adb.removeCertificate({ serial: 'emulator-5554' }, null));
    expect(valueOf(await adb.list({}, null)).devices[0]).toMatchObject({
      proxy: 'none',
      hasCertificate: false,
    });
  });
});
