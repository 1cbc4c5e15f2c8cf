import { describe, expect, it, onTestFinished } from 'vitest';
import { createRecordingGuard } from '../../../electron/engine/recording-guard.ts';

function createScene() {
  const scene = {
    settings: { bodyBytesMax: 0, diskFreeBytesMin: 1000, sessionBytesMax: 0 },
    free: 5000 as number | null,
    sessionBytes: 10,
    told: 0,
  };
  const guard = createRecordingGuard({
    settings: () => scene.settings,
    session: () => ({ path: '/sessions/a.plumb', diskBytes: () => Promise.resolve(scene.sessionBytes) }),
    onChanged: () => (scene.told += 1),
    freeBytes: () => Promise.resolve(scene.free),
  });
  onTestFinished(guard.close);
  return { scene, guard };
}

describe('the recording guard', () => {
  it('pauses when the disk is short, says so once, and goes on when there is clearly more', async () => {
    const { scene, guard } = createScene();
    await guard.check();
    expect(guard.limits().paused).toBe(false);
    scene.free = 999;
    await guard.check();
    await guard.check();
    expect(guard.limits().paused).toBe(true);
    expect(guard.problem()).toMatch(/^Recording is paused: less than 1000 bytes are free/);
    scene.free = 1001;
    await guard.check();
    expect(guard.limits().paused).toBe(true);
    scene.free = 1100;
    await guard.check();
    expect(guard.limits().paused).toBe(false);
    expect(guard.problem()).toBeNull();
    expect(scene.told).toBe(2);
  });

  it('does not pause when the limit is 0 or the free space cannot be told', async () => {
    const { scene, guard } = createScene();
    scene.free = null;
    await guard.check();
    expect(guard.problem()).toBeNull();
    scene.free = 0;
    scene.settings.diskFreeBytesMin = 0;
    await guard.check();
    expect(guard.problem()).toBeNull();
  });

  it('pauses when the session is as large as it may be, until the limit is raised', async () => {
    const { scene, guard } = createScene();
    scene.settings.sessionBytesMax = 2_500_000;
    scene.sessionBytes = 2_500_000;
    await guard.check();
    expect(guard.problem()).toMatch(/largest size, 2\.5 MB\. Start a new session/);
    scene.settings.sessionBytesMax = 3_000_000;
    await guard.check();
    expect(guard.limits().paused).toBe(false);
  });

  it('gives the limit of bodies as it is set now', async () => {
    const { scene, guard } = createScene();
    scene.settings.bodyBytesMax = 77;
    await guard.check();
    expect(guard.limits()).toEqual({ bodyBytesMax: 77, paused: false });
  });
});
