import { z } from 'zod';
import { method, service } from './define.ts';

/** `ec`: EC P-256. `rsa`: RSA with 2048 bits, certificate and leaves, for devices that know nothing newer. */
export const authorityKeyKind = z.enum(['ec', 'rsa']);
export type AuthorityKeyKind = z.infer<typeof authorityKeyKind>;

export const authorityDescription = z.object({
  /** `CN=Plumbline CA laptop 1f2e3d, O=Plumbline`. */
  subject: z.string(),
  /** 32 pairs of upper-case hexadecimal digits with colons between. */
  fingerprintSha256: z.string(),
  /** ISO 8601, UTC. */
  notBefore: z.string(),
  notAfter: z.string(),
  keyKind: authorityKeyKind,
});
export type AuthorityDescription = z.infer<typeof authorityDescription>;

export const authorityState = authorityDescription.extend({
  certificatePath: z.string(),
  certificatePem: z.string(),
  /** Base64 of the SHA-256 of the public key, for a browser's `--ignore-certificate-errors-spki-list`. */
  publicKeySha256: z.string(),
  /** False for one that was imported. */
  madeHere: z.boolean(),
  /** What the person should know of its files, one plain line each. */
  notices: z.array(z.string()),
  /** CAs that were in use before, newest first, at most 50. */
  backups: z.array(authorityDescription.extend({ number: z.int(), replacedAtMs: z.number() })),
});
export type AuthorityState = z.infer<typeof authorityState>;

/** `pem` and `der` hold the certificate alone; `key-pem` and `pkcs12` the private key too. */
export const authorityFormats = ['pem', 'der', 'key-pem', 'pkcs12'] as const;
export type AuthorityFormat = (typeof authorityFormats)[number];

const password = z.string().max(1000);
const pemText = z.string().max(200_000, 'A certificate or key is at most 200,000 characters long.');

export const authorityService = service({
  methods: {
    state: method(z.object({}), authorityState),
    /** With a password `key-pem` is encrypted; `pkcs12` needs one. Failures: `password-needed`. */
    export: method(
      z.object({ format: z.enum(authorityFormats), password: password.nullable() }),
      z.object({ fileName: z.string(), mediaType: z.string(), bytes: z.custom<Uint8Array>() }),
    ),
    /**
     * Takes a CA of one's own; the present one becomes a backup. Failures: `ca-invalid`, `ca-key-mismatch`,
     * `ca-expired`, `ca-not-yet-valid`, `ca-password`, `ca-unwritable`.
     */
    import: method(
      z.object({ certificatePem: pemText, keyPem: pemText, password: password.nullable() }),
      authorityState,
    ),
    /** A new CA; the present one becomes a backup. New connections use it at once. Failure: `ca-unwritable`. */
    rotate: method(z.object({ keyKind: authorityKeyKind }), authorityState),
    /** Back to a fresh CA of the usual kind, also after an import. Failure: `ca-unwritable`. */
    reset: method(z.object({}), authorityState),
    /** Takes a backup back; the present CA becomes a backup itself. Failures: `ca-no-backup`, those of `import`. */
    restore: method(z.object({ number: z.int().min(1).max(1_000_000) }), authorityState),
  },
  events: { changed: authorityState },
});
