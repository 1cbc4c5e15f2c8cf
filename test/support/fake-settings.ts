import type { AuthorityState } from '../../core/contract/authority.ts';
import type { Handlers } from '../../core/contract/dispatch.ts';
import type { SettingsState } from '../../core/contract/settings.ts';
import { fail, succeed } from '../../core/model/result.ts';
import type { ReverseProxy } from '../../core/model/reverse-proxy.ts';
import { parsePacAnswer } from '../../core/model/upstream-proxy.ts';
import type { PacAnswers } from '../../electron/engine/proxy/upstream/pac/pac-answers.ts';
import { routeWords } from '../../electron/engine/proxy/upstream/route-words.ts';
import { createRouter } from '../../electron/engine/proxy/upstream/router.ts';
import { changeSettings, readSettings, type Settings } from '../../core/model/settings.ts';

/** A PAC that sends everything to one proxy. */
const fakePac: PacAnswers = {
  use: () => undefined,
  ask: () => {
    const text = 'PROXY proxy.corp.example:3128; DIRECT';
    return Promise.resolve({
      hops: parsePacAnswer(text) ?? [],
      because: `the PAC says "${text}"`,
      note: null,
    });
  },
  close: () => undefined,
};

type Tell = (service: string, event: string, payload: unknown) => void;

const folder = '/home/ada/.local/share/plumbline';
/** The last one's port is taken. */
export const fakeReverseProxies: readonly ReverseProxy[] = [
  { listen: '127.0.0.1:9000', upstream: 'http://127.0.0.1:9001', host: 'keep' },
  { listen: '127.0.0.1:8443', upstream: 'https://api.shop.example', host: 'rewrite' },
  { listen: '0.0.0.0:5432', upstream: 'tcp://db.internal:5432', host: 'keep' },
];
const dayMs = 86_400_000;

/** Settings without a file and a CA without a key, for developing the window. */
export function createFakeSettings(
  tell: Tell,
  problem: string | null,
  /** `change` is what the window asked for. */
  onSettings: (settings: Settings, change: Readonly<Record<string, unknown>>) => void,
): Pick<Handlers<unknown>, 'settings' | 'authority' | 'proxy'> {
  let file: Record<string, unknown> = {
    passThroughHosts: ['gateway.push.example.com', '*.bank.example'],
    insecureHosts: ['staging.shop.test'],
    reverse: fakeReverseProxies,
    upstreamProxy: {
      mode: 'manual',
      url: 'http://ada:sesame@proxy.corp.example:3128',
      rules: [
        { host: '*.shop.test', proxy: 'socks5://gateway.lab.example:1080' },
        { host: 'build.corp.example', proxy: 'DIRECT' },
      ],
      noProxy: ['*.intra.corp.example', '10.0.0.0/8'],
    },
    hosts: [{ host: 'api.shop.test', address: '127.0.0.1', port: 8443 }],
    bodyBytesMax: 50_000_000,
  };
  const settingsState = (): SettingsState => {
    const settings = readSettings(file);
    if (!settings.ok) throw new Error(settings.error.message);
    return { settings: settings.value, path: `${folder}/settings.json`, folder, problem };
  };
  let made = 0;
  let current = fakeAuthority(made, 'ec');
  let backups: AuthorityState['backups'] = [];
  const replaceWith = (next: ReturnType<typeof fakeAuthority>) => {
    const replaced = { ...current, number: backups.length + 1, replacedAtMs: Date.now() };
    backups = [replaced, ...backups];
    current = next;
    tell('authority', 'changed', authorityState());
    return Promise.resolve(succeed(authorityState()));
  };
  const authorityState = (): AuthorityState => ({
    ...current,
    certificatePath: `${folder}/certificates/plumbline-ca.pem`,
    certificatePem: '-----BEGIN CERTIFICATE-----\n…\n-----END CERTIFICATE-----\n',
    publicKeySha256: 'cHVibGljIGtleSBvZiB0aGUgZmFrZSBhdXRob3JpdHk=',
    madeHere: true,
    notices: [],
    backups,
  });
  return {
    proxy: {
      route: async ({ url }) => {
        const router = createRouter(settingsState().settings, {}, fakePac);
        const words = await routeWords(router, url);
        return words.ok ? succeed({ words: words.value }) : words;
      },
    },
    settings: {
      get: () => Promise.resolve(succeed(settingsState())),
      update: ({ change }) => {
        const changed = changeSettings(file, change);
        if (!changed.ok) return Promise.resolve(changed);
        file = changed.value;
        const state = settingsState();
        onSettings(state.settings, change);
        tell('settings', 'changed', state);
        return Promise.resolve(succeed(state));
      },
    },
    authority: {
      state: () => Promise.resolve(succeed(authorityState())),
      export: ({ format, password }) =>
        Promise.resolve(
          format === 'pkcs12' && (password ?? '') === ''
            ? fail('password-needed', 'A PKCS#12 file holds the private key. Give a password to protect it.')
            : succeed({
                fileName: 'plumbline-ca.pem',
                mediaType: 'application/x-pem-file',
                bytes: new TextEncoder().encode(authorityState().certificatePem),
              }),
        ),
      import: () =>
        Promise.resolve(
          fail(
            'ca-key-mismatch',
            'The key does not belong to the certificate. Choose the two that belong together.',
          ),
        ),
      rotate: ({ keyKind }) => replaceWith(fakeAuthority(++made, keyKind)),
      reset: () => replaceWith(fakeAuthority(++made, 'ec')),
      restore: ({ number }) => {
        const backup = backups.find((each) => each.number === number);
        if (backup === undefined)
          return Promise.resolve(fail('ca-no-backup', `There is no CA number ${number}.`));
        backups = backups.filter((each) => each !== backup);
        return replaceWith(backup);
      },
    },
  };
}

function fakeAuthority(made: number, keyKind: 'ec' | 'rsa') {
  const pairs = Array.from({ length: 32 }, (_, at) =>
    ((at * 37 + made * 91 + 161) % 256).toString(16).padStart(2, '0'),
  );
  return {
    subject: `CN=Plumbline CA ada ${(0xa1b2c3 + made).toString(16)}, O=Plumbline`,
    fingerprintSha256: pairs.join(':').toUpperCase(),
    notBefore: new Date(Date.now() - 2 * dayMs).toISOString(),
    notAfter: new Date(Date.now() + 3650 * dayMs).toISOString(),
    keyKind,
  };
}
