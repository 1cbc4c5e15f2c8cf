import { curlThroughProxy } from '../../../core/formats/curl.ts';
import { CommandWords } from '../../components/command-words.tsx';
import { CopyButton } from '../../components/copy-button.tsx';
import { Facts } from '../../components/facts.tsx';
import { useStore } from '../../state/store.ts';
import { useWindowState } from '../../state/window-state.ts';

/** A session without exchanges: what this place shows and the one thing to do next. */
export function EmptyGuide() {
  const { recording } = useWindowState();
  const state = useStore(recording.state);
  if (state === null) return null;
  if (state.listener !== null) return <FirstRequest listener={state.listener} />;
  return (
    <div className="guide">
      <h2>Nothing is recorded yet</h2>
      <p>
        This place lists every request that passes Plumbline, with the time it took on both sides of the
        proxy. The proxy is stopped.
      </p>
      {state.problem !== null && <p className="problem">{state.problem}</p>}
      <button type="button" className="button primary" onClick={() => void recording.start()}>
        Start recording
      </button>
      <OpenInstead />
    </div>
  );
}

function FirstRequest({ listener }: { readonly listener: string }) {
  const authority = useStore(useWindowState().engine.authority);
  if (authority === null) return null;
  const command = curlThroughProxy(listener, authority.certificatePath);
  return (
    <div className="guide">
      <h2>Waiting for the first request</h2>
      <p>
        Every request that passes the proxy appears here, with the time it took on both sides. Send a first
        one from a terminal:
      </p>
      <div className="command">
        <CommandWords text={command} />
        <CopyButton text={command} what="command" />
      </div>
      <p>For an application of your own, set its HTTP and HTTPS proxy, and let it trust the certificate:</p>
      <Facts
        facts={[
          { name: 'Proxy', value: <Copyable text={listener} what="proxy address" /> },
          {
            name: 'Certificate',
            value: <Copyable text={authority.certificatePath} what="path of the certificate" />,
          },
        ]}
      />
      <p className="muted">
        The settings have the command that makes each system trust it, under Certificate authority. For a
        program that ignores proxies they have one, too, under Proxy, Transparent mode.
      </p>
      <OpenInstead />
    </div>
  );
}

function OpenInstead() {
  const { fileDialogs } = useWindowState();
  return (
    <p>
      To look at a recording that is there already, drop a HAR, SAZ or mitmproxy file or a packet capture
      (pcap or pcapng, gzip of either) on the window, or{' '}
      <button
        type="button"
        className="inline-link"
        onClick={() => fileDialogs.show({ kind: 'import', locked: null })}
      >
        open a file
      </button>
      .
    </p>
  );
}

function Copyable({ text, what }: { readonly text: string; readonly what: string }) {
  return (
    <>
      <span className="mono">{text}</span>
      <CopyButton text={text} what={what} />
    </>
  );
}
