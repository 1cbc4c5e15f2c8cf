import { readCookies, readSetCookie, type SetCookie } from '../../../../core/decoders/cookies.ts';
import { readCredentials } from '../../../../core/decoders/credentials.ts';
import { CardView } from '../../../components/cards-view.tsx';
import { copyText } from '../../../components/clipboard.ts';
import { CopyButton } from '../../../components/copy-button.tsx';
import { MenuRows } from '../../../components/menu-rows.tsx';
import { Notes } from '../../../components/notes.tsx';
import { ToneSign } from '../../../components/tone-sign.tsx';
import { ValueMenu } from '../../../components/value-menu.tsx';
import { credentialsOf, fieldValues } from './head-fields.ts';
import type { TabProps } from './tab-props.ts';

/** Cookies that were sent and set, each attribute explained, and the credentials of the request. */
export function CookiesTab({ detail }: TabProps) {
  const { exchange, request, response } = detail;
  const sent = fieldValues(request, 'cookie').flatMap(readCookies);
  const context = {
    host: exchange.host,
    secure: exchange.scheme === 'https',
    nowMs: (exchange.responseFromUs ?? exchange.startedAtUs) / 1000,
  };
  const set = fieldValues(response, 'set-cookie').map((value) => readSetCookie(value, context));
  return (
    <div className="tab-scroll">
      {set.length > 0 && (
        <section className="head-block">
          <h3>
            Set by the response <span className="muted">{counted(set.length)}</span>
          </h3>
          {set.map((cookie, index) => (
            <SetCookieView key={index} cookie={cookie} />
          ))}
        </section>
      )}
      {sent.length > 0 && (
        <section className="head-block">
          <h3>
            Sent by the request <span className="muted">{counted(sent.length)}</span>
          </h3>
          <table className="fields mono" aria-label="Cookies of the request">
            <MenuRows
              rows={sent.map(({ name, value }) => ({
                items: () => copyItems(name, value),
                cells: (
                  <>
                    <th scope="row">{name === '' ? <span className="muted">no name</span> : name}</th>
                    <td>{value}</td>
                  </>
                ),
              }))}
            />
          </table>
        </section>
      )}
      {credentialsOf(detail).map((value, index) => {
        const { cards, notes } = readCredentials(value);
        return (
          <div key={index}>
            <Notes notes={notes} />
            {cards.map((card) => (
              <CardView key={card.title} card={card} />
            ))}
          </div>
        );
      })}
    </div>
  );
}

function SetCookieView({ cookie }: { readonly cookie: SetCookie }) {
  const { name, value, attributes, rejected, remarks } = cookie;
  return (
    <div className="set-cookie">
      <ValueMenu items={() => copyItems(name, value)}>
        <p className="mono set-cookie-pair">
          <span className="tree-key">{name}</span>
          <span className="muted">=</span>
          {value === '' ? <span className="muted">empty</span> : value}
          <CopyButton text={value} what={`value of ${name}`} />
        </p>
      </ValueMenu>
      {rejected.map((why) => (
        <p key={why} className="problem">
          <ToneSign tone="problem" /> A browser rejects it: {why}
        </p>
      ))}
      <dl className="card-facts">
        {attributes.map((attribute, index) => (
          <div key={index}>
            <dt className="mono">
              {attribute.name}
              {attribute.value === null ? '' : `=${attribute.value}`}
            </dt>
            <dd>{attribute.meaning}</dd>
          </div>
        ))}
      </dl>
      {remarks.map((remark) => (
        <p key={remark} className="muted">
          {remark}
        </p>
      ))}
    </div>
  );
}

function copyItems(name: string, value: string) {
  return [
    { label: 'Copy value', run: () => void copyText(value) },
    { label: 'Copy name', run: () => void copyText(name) },
  ];
}

function counted(count: number): string {
  return `${count} cookie${count === 1 ? '' : 's'}`;
}
