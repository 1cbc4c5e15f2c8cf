import { singleQuoted } from '../../core/encoding/single-quoted.ts';

/** How to make one platform or program trust the CA. */
export interface TrustCommand {
  readonly platform: string;
  readonly note: string;
  readonly command: string;
}

/**
 * Ready to paste. `certificatePath`: the PEM file; `publicKeySha256`: base64. Paths are quoted for the shell of the
 * platform that they are of.
 */
export function trustCommands(certificatePath: string, publicKeySha256: string): readonly TrustCommand[] {
  const path = shellQuoted(certificatePath);
  return [
    {
      platform: 'Windows',
      note: 'For your user; Chrome and Edge follow.',
      command: `certutil -user -addstore root "${certificatePath}"`,
    },
    {
      platform: 'macOS',
      note: 'For your user; Safari and Chrome follow.',
      command: `security add-trusted-cert -p ssl -k ~/Library/Keychains/login.keychain-db ${path}`,
    },
    {
      platform: 'Debian, Ubuntu',
      note: 'For the whole machine.',
      command: `sudo cp ${path} /usr/local/share/ca-certificates/plumbline-ca.crt && sudo update-ca-certificates`,
    },
    {
      platform: 'Chrome on Linux',
      note: 'For your user; certutil is in libnss3-tools.',
      command: `certutil -d sql:$HOME/.pki/nssdb -A -t "C,," -n "Plumbline CA" -i ${path}`,
    },
    {
      platform: 'Chrome, one start',
      note: 'Nothing is trusted afterwards; with a profile of its own.',
      command: `chromium --ignore-certificate-errors-spki-list=${publicKeySha256} --user-data-dir="$(mktemp -d)"`,
    },
    {
      platform: 'Firefox',
      note: 'It has a store of its own: Settings, Privacy & Security, View Certificates, Authorities, Import. Or let it use the system’s, in about:config:',
      command: 'security.enterprise_roots.enabled',
    },
    {
      platform: 'curl, OpenSSL, Go, Ruby',
      note: 'For one terminal.',
      command: `export SSL_CERT_FILE=${path} CURL_CA_BUNDLE=${path}`,
    },
    { platform: 'Node.js', note: 'For one terminal.', command: `export NODE_EXTRA_CA_CERTS=${path}` },
    {
      platform: 'Python',
      note: 'For one terminal.',
      command: `export REQUESTS_CA_BUNDLE=${path} SSL_CERT_FILE=${path}`,
    },
    {
      platform: 'Java',
      note: 'For one Java installation; the usual password is changeit.',
      command: `keytool -importcert -cacerts -noprompt -alias plumbline -file ${path}`,
    },
  ];
}

/** For a POSIX shell; left as it is when nothing in it is special. */
export function shellQuoted(path: string): string {
  return /^[\w@%+=:,./-]+$/.test(path) ? path : singleQuoted(path);
}
