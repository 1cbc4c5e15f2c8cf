import { cutText } from '../encoding/cut-text.ts';
import { statementCharsMax } from '../model/query-events.ts';

const hidden = '***';

/** The command as it would be typed, passwords as `***`. `argCount`: how many arguments there were; `args` may be fewer. */
export function redisStatement(name: string, args: readonly string[], argCount: number): string {
  const shown = withoutSecrets(name, args);
  const text = shown.join(' ');
  return cutText(args.length < argCount ? `${text} …` : text, statementCharsMax);
}

/** Whether what the server answers may hold secrets. */
export function answersSecrets(name: string, args: readonly string[]): boolean {
  return name === 'ACL' || (name === 'CONFIG' && args[1]?.toUpperCase() === 'GET');
}

function withoutSecrets(name: string, args: readonly string[]): readonly string[] {
  switch (name) {
    case 'AUTH':
      return args.length > 2 ? [...args.slice(0, 2), hidden] : [...args.slice(0, 1), hidden];
    case 'HELLO':
    case 'MIGRATE':
      return hideBehindWords(args);
    case 'CONFIG':
    case 'SENTINEL':
      return args.map((arg, at) => (isSecretSetting(args[at - 1]) ? hidden : arg));
    case 'ACL':
      // Passwords, and their digests, of `ACL SETUSER` begin with these.
      return args.map((arg, at) =>
        at > 2 && /^"?[><#!]/.test(arg) ? `${/^"?([><#!])/.exec(arg)?.[1] ?? ''}${hidden}` : arg,
      );
    default:
      return args;
  }
}

/** `AUTH password` and `AUTH2 user password` of MIGRATE, `AUTH user password` of HELLO. */
function hideBehindWords(args: readonly string[]): readonly string[] {
  const isHello = args[0]?.toUpperCase() === 'HELLO';
  const shown = [...args];
  for (let at = 1; at < shown.length; at++) {
    const word = shown[at]?.toUpperCase();
    const secretAt =
      word === 'AUTH2' || (word === 'AUTH' && isHello) ? at + 2 : word === 'AUTH' ? at + 1 : -1;
    if (secretAt > 0 && secretAt < shown.length) shown[secretAt] = hidden;
    if (secretAt > 0) at = secretAt;
  }
  return shown;
}

function isSecretSetting(word: string | undefined): boolean {
  return (
    word !== undefined &&
    /^"?(?:requirepass|masterauth|tls-(?:client-)?key-file-pass|auth-pass|sentinel-pass)"?$/i.test(word)
  );
}
