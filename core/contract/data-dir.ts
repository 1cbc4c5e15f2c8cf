/**
 * The platform's place for application data: the same for the desktop and the command line, so that both use one CA
 * and one set of settings.
 */
export function defaultDataDir(
  platform: string,
  home: string,
  env: Readonly<Record<string, string | undefined>>,
): string {
  switch (platform) {
    case 'win32':
      return `${env['APPDATA'] ?? `${home}\\AppData\\Roaming`}\\Plumbline`;
    case 'darwin':
      return `${home}/Library/Application Support/Plumbline`;
    default:
      return `${env['XDG_DATA_HOME'] ?? `${home}/.local/share`}/plumbline`;
  }
}
