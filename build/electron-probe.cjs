/** The smallest app: ends well if Electron, its libraries, its sandbox and the display work. For start.mjs. */
const { app } = require('electron');

app.disableHardwareAcceleration();
app.whenReady().then(() => app.exit(0));
