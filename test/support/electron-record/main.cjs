/**
 * The engine as the desktop program runs it, a utility process of Electron, without windows. One JSON line in the
 * environment says what to record; standard output gets the `ready` line of `plumbline record`, with the engine's
 * process id. It stops when standard input closes.
 */
const { app, utilityProcess } = require('electron');

const { entry, ...options } = JSON.parse(process.env.PLUMBLINE_TEST_RECORD);

app.disableHardwareAcceleration();
app.on('window-all-closed', () => undefined);
app.whenReady().then(() => {
  const engine = utilityProcess.fork(entry, [], { env: { ...process.env, UV_THREADPOOL_SIZE: '64' } });
  let ready = false;
  engine.on('message', (message) => {
    if (message.type === 'failed') process.stderr.write(`${message.message}\n`);
    if (message.type !== 'state' || ready || message.proxy === null) return;
    ready = true;
    const { proxy, reverse, ca, sessionPath: session } = message;
    process.stdout.write(
      `${JSON.stringify({ event: 'ready', proxy, reverse, ca, session, pid: engine.pid })}\n`,
    );
  });
  engine.once('exit', (code) => {
    app.exit(code);
  });
  engine.postMessage({ type: 'start', record: true, ...options });
  process.stdin.on('end', () => {
    engine.postMessage({ type: 'stop' });
  });
  process.stdin.resume();
});
