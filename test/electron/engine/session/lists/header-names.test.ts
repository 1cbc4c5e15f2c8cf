import { describe, expect, it } from 'vitest';
import { orderOfArrival } from '../../../../../core/model/list-columns.ts';
import { bytesOf, exchange, opened, startUs, tempPath, valueOf } from '../support.ts';

describe('names of header fields in a session', () => {
  it('are those of the newest exchanges, most frequent first, once each whatever their case', async () => {
    const session = await opened(tempPath());
    const put = (id: number, lines: string) => {
      session.sink.putExchange(exchange(id));
      session.sink.putHead(id, 'request', bytesOf('GET / HTTP/1.1\r\nHost: a\r\n\r\n'), startUs);
      session.sink.putHead(id, 'response', bytesOf(`HTTP/1.1 200 OK\r\n${lines}\r\n\r\n`), startUs);
    };
    put(1, 'X-Old: 1');
    for (let id = 2; id <= 1001; id++)
      put(id, id % 2 === 0 ? 'Server: s\r\nSERVER: t' : 'server: s\r\nAge: 1');
    await session.flush();
    expect(valueOf(await session.headerNames(500))).toEqual({
      request: ['host'],
      response: ['server', 'age'],
    });
    expect(valueOf(await session.headerNames(1)).response).toEqual(['server']);
    put(1002, 'X-New: 1');
    await session.flush();
    expect(valueOf(await session.headerNames(500)).response).toEqual(['server', 'age', 'x-new']);
    const { viewId } = valueOf(await session.openView('', orderOfArrival));
    valueOf(await session.remove(viewId, [1002]));
    expect(valueOf(await session.headerNames(500)).response).toEqual(['server', 'age']);
    await session.close();
  });

  it('leave out what no filter can name and what is too long to be read', async () => {
    const session = await opened(tempPath());
    const long = 'x'.repeat(81);
    session.sink.putExchange(exchange(1));
    const lines = ['__proto__: 1', 'a"b: 2', `${long}: 3`, `${long.slice(1)}: 4`, 'na\u00efve: 5', ': 6'];
    session.sink.putHead(1, 'response', bytesOf(`HTTP/1.1 200 OK\r\n${lines.join('\r\n')}\r\n\r\n`), startUs);
    await session.flush();
    expect(valueOf(await session.headerNames(500)).response).toEqual(['__proto__', long.slice(1)]);
    await session.close();
  });
});
