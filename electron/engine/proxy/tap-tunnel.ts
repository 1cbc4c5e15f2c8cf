import { closeFailure, type ReaderOptions, type TapReader } from './tap-reader.ts';

/** What nobody reads: one exchange that counts the bytes. `note` says why, null for a protocol that is not known. */
export function createTunnelReader(options: ReaderOptions, note: string | null): TapReader {
  const { recorder, client, server, host, port } = options;
  const draft = recorder.begin({
    protocol: 'tunnel',
    method: '',
    scheme: options.scheme === 'https' ? 'tls' : 'tcp',
    host,
    port,
    path: '',
    startedAtUs: recorder.nowUs(),
    clientLeg: client,
  });
  draft.attachServer(server);
  draft.addOwn(options.ownUs);
  const { fields } = draft;
  draft.addNote(note ?? 'Neither HTTP nor TLS: passed through as it came.');
  fields.recorded = 'Only counted: the content of a tunnel is not stored.';
  let over = false;
  return {
    bytes: (sender, chunk, atUs) => {
      if (sender === 'client') {
        fields.sentFromUs ??= atUs;
        fields.sentToUs = atUs;
        fields.requestEndedAtUs = atUs;
        fields.requestBytes += chunk.length;
      } else {
        fields.responseFromUs ??= atUs;
        fields.responseToUs = atUs;
        fields.clientFromUs ??= atUs;
        fields.responseBytes += chunk.length;
      }
      draft.changed();
    },
    end: () => undefined,
    insideMessage: () => false,
    taken: () => undefined,
    stalled: (leg, us) => {
      if (leg === 'client') fields.clientStallUs += us;
      else fields.serverStallUs += us;
    },
    closed: (by) => {
      if (over) return;
      over = true;
      if (by === 'fin') draft.finish(recorder.nowUs());
      else draft.fail(...closeFailure(by));
    },
  };
}
