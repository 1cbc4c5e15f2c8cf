import { DropdownMenu } from 'radix-ui';
import type { ExchangeDetail } from '../../../../core/contract/exchanges.ts';
import { snippetFormats, type SnippetName } from '../../../../core/formats/index.ts';
import { snippetBodyBytesMax, snippetRequestOf } from '../../../../core/formats/snippet-request.ts';
import { copyText } from '../../../components/clipboard.ts';
import { Icon } from '../../../components/icon.tsx';
import { isTunnel } from '../../../format/tone.ts';
import { useWindowState } from '../../../state/window-state.ts';

const names = Object.keys(snippetFormats) as SnippetName[];

const text = {
  utf8: (bytes: Uint8Array, from: number, to: number) =>
    new TextDecoder('utf-8', { ignoreBOM: true }).decode(bytes.subarray(from, to)),
  bytesOfUtf8: (value: string) => new TextEncoder().encode(value),
};

/** Copies the request as something to run. A body that is no text, or longer than 64 KiB, is named as a file. */
export function CopyAs({ detail }: { readonly detail: ExchangeDetail }) {
  const { connection, session, notices } = useWindowState();
  const { exchange, request } = detail;

  const copy = async (name: SnippetName) => {
    const sessionId = session.shownId.get();
    const client = connection.client();
    if (client === null || sessionId === null) return;
    const body = notices.check(
      await client.services.bodies.read({
        ...{ sessionId, exchangeId: exchange.id, side: 'request', decoded: false },
        ...{ from: 0, limit: snippetBodyBytesMax + 1 },
      }),
    );
    if (body === null) return;
    const file = `request-${exchange.id}.bin`;
    const asked = snippetRequestOf(exchange, request?.raw ?? null, body.bytes, file, text);
    await copyText(`${snippetFormats[name].snippet(asked).trimEnd()}\n`);
    if (asked.body.kind === 'file') {
      notices.say(
        `Copied. The request body is not text or has more than 64 KB: save it from the Body tab as ${file} first.`,
      );
    }
  };
  if (isTunnel(exchange)) return null;
  return (
    <DropdownMenu.Root modal={false}>
      <DropdownMenu.Trigger asChild>
        <button
          type="button"
          className="button quiet"
          title="Copy the request as something to run"
          aria-label="Copy as"
        >
          <Icon name="copy" size={14} />
          <span className="copy-as-words">Copy as</span>
          <Icon name="chevron" size={12} />
        </button>
      </DropdownMenu.Trigger>
      <DropdownMenu.Portal>
        <DropdownMenu.Content className="menu" align="end" sideOffset={4} collisionPadding={8}>
          {names.map((name) => (
            <DropdownMenu.Item key={name} className="menu-item" onSelect={() => void copy(name)}>
              <span className="ellipsis">{snippetFormats[name].label}</span>
            </DropdownMenu.Item>
          ))}
        </DropdownMenu.Content>
      </DropdownMenu.Portal>
    </DropdownMenu.Root>
  );
}
