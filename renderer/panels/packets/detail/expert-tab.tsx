import { useEffect, useState } from 'react';
import type { ExpertGroup } from '../../../../core/contract/packets.ts';
import { ToneSign } from '../../../components/tone-sign.tsx';
import { formatCount } from '../../../format/duration.ts';
import type { Tone } from '../../../format/tone.ts';
import { useField, useStore } from '../../../state/store.ts';
import { useWindowState } from '../../../state/window-state.ts';
import { useGoTo } from '../use-go-to.ts';

const severities: Readonly<
  Record<ExpertGroup['severity'], { readonly name: string; readonly tone: Tone | null }>
> = {
  error: { name: 'Error', tone: 'problem' },
  warning: { name: 'Warning', tone: 'warning' },
  note: { name: 'Note', tone: 'note' },
  chat: { name: 'Chat', tone: null },
};

const refreshMs = 1500;
/** Packets that a group offers to go to; its filter shows all. */
const offeredMax = 24;

/** What is remarkable in the whole session, most severe first. */
export function ExpertTab() {
  const { packets, connection } = useWindowState();
  const total = useField(packets.view.state, 'total');
  const ready = useStore(connection.state) === 'ready';
  const [groups, setGroups] = useState<readonly ExpertGroup[] | null>(null);
  const [asked, setAsked] = useState(-1);
  const [open, setOpen] = useState<string | null>(null);
  const { ask } = packets;
  useEffect(() => {
    if (!ready || asked === total) return;
    let isWanted = true;
    const timer = setTimeout(
      () => {
        void ask((client, sessionId) => client.services.packets.expert({ sessionId })).then((answer) => {
          if (!isWanted) return;
          setAsked(total);
          if (answer !== null) setGroups(answer.groups);
        });
      },
      asked < 0 ? 0 : refreshMs,
    );
    return () => {
      isWanted = false;
      clearTimeout(timer);
    };
  }, [ready, total, asked, ask]);
  if (groups === null) return null;
  if (groups.length === 0)
    return <p className="detail-empty muted">Nothing remarkable was found in these packets.</p>;
  return (
    <div className="expert">
      <table>
        <thead>
          <tr>
            <th scope="col">Severity</th>
            <th scope="col">Protocol</th>
            <th scope="col" className="right">
              Count
            </th>
            <th scope="col">What happened</th>
            <th scope="col">
              <span className="visually-hidden">Filter</span>
            </th>
          </tr>
        </thead>
        <tbody>
          {groups.map((group) => {
            const key = `${group.severity} ${group.protocol} ${group.summary}`;
            return (
              <Group
                key={key}
                group={group}
                isOpen={key === open}
                onToggle={() => setOpen(key === open ? null : key)}
              />
            );
          })}
        </tbody>
      </table>
    </div>
  );
}

interface GroupProps {
  readonly group: ExpertGroup;
  readonly isOpen: boolean;
  readonly onToggle: () => void;
}

function Group({ group, isOpen, onToggle }: GroupProps) {
  const { packets } = useWindowState();
  const { name, tone } = severities[group.severity];
  const goTo = useGoTo();
  return (
    <>
      <tr>
        <td>
          {tone !== null && <ToneSign tone={tone} />} {name}
        </td>
        <td>{group.protocol}</td>
        <td className="number">{formatCount(group.count)}</td>
        <td>
          <button type="button" className="expert-summary" aria-expanded={isOpen} onClick={onToggle}>
            <span aria-hidden="true">{isOpen ? '▾' : '▸'}</span> {group.summary}
          </button>
        </td>
        <td>
          {group.filter !== '' && (
            <button
              type="button"
              className="button"
              title={group.filter}
              onClick={() => packets.filter.set(group.filter)}
            >
              Filter
            </button>
          )}
        </td>
      </tr>
      {isOpen && (
        <tr className="expert-packets">
          <td colSpan={5}>
            {group.packets.slice(0, offeredMax).map((number) => (
              <button key={number} type="button" className="inline-link" onClick={() => goTo(number)}>
                {formatCount(number)}
              </button>
            ))}
            {group.count > Math.min(offeredMax, group.packets.length) && (
              <span className="muted">
                {` and ${formatCount(group.count - Math.min(offeredMax, group.packets.length))} more`}
              </span>
            )}
          </td>
        </tr>
      )}
    </>
  );
}
