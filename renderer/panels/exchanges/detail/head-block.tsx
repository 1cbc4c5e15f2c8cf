import type { HeadView } from '../../../../core/contract/exchanges.ts';
import { CopyButton } from '../../../components/copy-button.tsx';

interface HeadBlockProps {
  readonly title: string;
  readonly hint?: string;
  readonly head: HeadView | null;
  readonly raw: boolean;
  /** Said in place of a head that is not there. */
  readonly missing?: string;
}

export function HeadBlock({ title, hint, head, raw, missing }: HeadBlockProps) {
  return (
    <section className="head-block">
      <h3 title={hint}>
        <span className={hint === undefined ? '' : 'explained'}>{title}</span>
        {head !== null && <CopyButton text={head.raw} what={`${title.toLowerCase()} head`} />}
      </h3>
      {head === null && <p className="muted">{missing}</p>}
      {head !== null && raw && <pre className="raw-head">{head.raw}</pre>}
      {head !== null && !raw && (
        <>
          <p className="start-line mono">{head.startLine}</p>
          <HeaderLines lines={head.headers} />
        </>
      )}
    </section>
  );
}

export function HeaderLines({ lines }: { readonly lines: HeadView['headers'] }) {
  return (
    <table className="header-lines mono">
      <tbody>
        {lines.map(([name, value], index) => (
          <tr key={index}>
            <th scope="row">{name}</th>
            <td>{value}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
