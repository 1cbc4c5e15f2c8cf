import { ContextMenu } from 'radix-ui';
import { andFilter } from '../../../../core/filter/edit-filter.ts';
import { markColors } from '../../../../core/filter/node.ts';
import { exchangeUrl } from '../../../../core/model/exchange-url.ts';
import { copyText } from '../../../components/clipboard.ts';
import { MenuItem } from '../../../components/menu-item.tsx';
import { formatCount } from '../../../format/duration.ts';
import { isTunnel } from '../../../format/tone.ts';
import { valueFilter } from '../../../format/value-filter.ts';
import { chosenCount } from '../../../state/selection.ts';
import { useStore } from '../../../state/store.ts';
import { useWindowState } from '../../../state/window-state.ts';
import { copySnippet } from '../copy-snippet.ts';
import { columnsOf, type Column } from './columns.ts';
import { textOfExchange, type CopiedPart } from './copy-exchange.ts';
import { capital, markLetters } from './row-signs.ts';

interface ExchangeMenuProps {
  /** The column that was pointed at. */
  readonly column: Column | null;
  readonly onComment: () => void;
}

/** What can be done with the selected exchanges. */
export function ExchangeMenu({ column, onComment }: ExchangeMenuProps) {
  const state = useWindowState();
  const { view, selection, actions, filter, recording, notices, connection, session, layout } = state;
  const recorded = useStore(recording.state);
  const focused = useStore(selection.state);
  const record = focused?.index == null ? undefined : view.row(focused.index);
  if (record === undefined) return null;
  const { host } = record;
  const count = chosenCount(selection.chosen.get(), view.state.get().count);
  const headers = view.state.get().headers;
  const ownTerm = column === null ? null : valueFilter(column.id, record, headers);
  const term = ownTerm ?? valueFilter('host', record, headers);
  const passes = recorded?.passThroughHosts.includes(host) ?? false;
  const accepts = recorded?.insecureHosts.includes(host) ?? false;

  const copy = async (part: CopiedPart) => {
    const client = connection.client();
    const sessionId = session.shownId.get();
    if (client === null || sessionId === null) return;
    const text = notices.check(await textOfExchange(client, sessionId, record.id, part));
    if (text !== null) await copyText(text);
  };
  const others = columnsOf(layout.columns.get())
    .map(({ id }) => valueFilter(id, record, headers))
    .filter((each) => each !== null && each !== term);
  const copyCurl = () =>
    copySnippet(
      state,
      (client, sessionId) => client.services.exchanges.get({ sessionId, id: record.id }),
      'curl',
    );
  const narrow = (added: string) => filter.set(andFilter(filter.state.get().text, added));

  return (
    <>
      {count > 1 && <ContextMenu.Label>{formatCount(count)} exchanges</ContextMenu.Label>}
      <MenuItem keys="c" onSelect={() => void copyText(exchangeUrl(record))}>
        Copy URL
      </MenuItem>
      <MenuItem disabled={isTunnel(record)} onSelect={() => void copyCurl()}>
        Copy as curl command
      </MenuItem>
      <ContextMenu.Sub>
        <ContextMenu.SubTrigger className="menu-item">Copy part</ContextMenu.SubTrigger>
        <ContextMenu.Portal>
          <ContextMenu.SubContent className="menu" collisionPadding={8}>
            <MenuItem onSelect={() => void copyText(host)}>Host</MenuItem>
            <MenuItem disabled={isTunnel(record)} onSelect={() => void copyText(record.path)}>
              Path
            </MenuItem>
            <MenuItem disabled={isTunnel(record)} onSelect={() => void copy('requestHead')}>
              Request head
            </MenuItem>
            <MenuItem disabled={record.status === null} onSelect={() => void copy('responseHead')}>
              Response head
            </MenuItem>
            <MenuItem disabled={record.responseBytes === 0} onSelect={() => void copy('responseBody')}>
              Response body
            </MenuItem>
          </ContextMenu.SubContent>
        </ContextMenu.Portal>
      </ContextMenu.Sub>
      <ContextMenu.Separator />
      {term !== null && (
        <>
          <MenuItem onSelect={() => narrow(term)}>Show only {term}</MenuItem>
          <MenuItem onSelect={() => narrow(`-${term}`)}>Leave out {term}</MenuItem>
          <OtherTerms label="Filter by column" terms={others} onChoose={narrow} />
          <OtherTerms label="Leave out by column" terms={others} onChoose={(other) => narrow(`-${other}`)} />
          <ContextMenu.Separator />
        </>
      )}
      <MenuItem onSelect={() => void recording.passThroughHost(host, !passes)}>
        {passes ? `Read ${host} again` : `Pass ${host} through unread`}
      </MenuItem>
      <MenuItem onSelect={() => void recording.acceptHost(host, !accepts)}>
        {accepts ? `Check the certificate of ${host} again` : `Accept any certificate of ${host}`}
      </MenuItem>
      <ContextMenu.Separator />
      <ContextMenu.Sub>
        <ContextMenu.SubTrigger className="menu-item">Mark</ContextMenu.SubTrigger>
        <ContextMenu.Portal>
          <ContextMenu.SubContent className="menu" collisionPadding={8}>
            {markColors.map((color, at) => (
              <MenuItem key={color} keys={String(at + 1)} onSelect={() => void actions.mark({ color })}>
                <span className={`mark-letter ${color}`}>{markLetters[color]}</span> {capital(color)}
              </MenuItem>
            ))}
            <MenuItem keys="0" onSelect={() => void actions.mark({ color: null })}>
              No colour
            </MenuItem>
          </ContextMenu.SubContent>
        </ContextMenu.Portal>
      </ContextMenu.Sub>
      <MenuItem keys="m" onSelect={onComment}>
        Comment …
      </MenuItem>
      <MenuItem keys="p" onSelect={() => void actions.mark({ pinned: record.mark?.pinned !== true })}>
        {record.mark?.pinned === true ? 'Unpin' : 'Pin'}
      </MenuItem>
      <ContextMenu.Separator />
      <MenuItem keys="Delete" onSelect={() => void actions.remove()}>
        Remove
      </MenuItem>
      <MenuItem keys="Ctrl K" onSelect={() => void actions.removeAll()}>
        Remove everything
      </MenuItem>
    </>
  );
}

interface OtherTermsProps {
  readonly label: string;
  readonly terms: readonly (string | null)[];
  readonly onChoose: (term: string) => void;
}

/** The same with the values of the other columns, which the pointer would choose by its place. */
function OtherTerms({ label, terms, onChoose }: OtherTermsProps) {
  const all = [...new Set(terms)].filter((term) => term !== null);
  if (all.length === 0) return null;
  return (
    <ContextMenu.Sub>
      <ContextMenu.SubTrigger className="menu-item">{label}</ContextMenu.SubTrigger>
      <ContextMenu.Portal>
        <ContextMenu.SubContent className="menu" collisionPadding={8}>
          {all.map((term) => (
            <MenuItem key={term} onSelect={() => onChoose(term)}>
              {term}
            </MenuItem>
          ))}
        </ContextMenu.SubContent>
      </ContextMenu.Portal>
    </ContextMenu.Sub>
  );
}
