/** Runs the script named in the environment as the engine runs, in a utility process of Electron, and ends with it. */
const { app, utilityProcess } = require('electron');

app.disableHardwareAcceleration();
app.on('window-all-closed', () => undefined);
app.whenReady().then(() => {
  const script = utilityProcess.fork(process.env.PLUMBLINE_TEST_SCRIPT, [], { stdio: 'inherit' });
  script.once('exit', (code) => {
    app.exit(code);
  });
});
