import { describe, expect, it } from 'vitest';
import { exchangeDurationUs, exchangeTimings, type Phase } from '../../../core/model/timings.ts';
import { conversationRecord, exchangeRecord } from '../../support/records.ts';

const start = 1_000_000;

/** `server wait 1200..80000` with times relative to the first request byte. */
function told(phases: readonly Phase[]): string[] {
  return phases.map(
    ({ leg, kind, fromUs, toUs, early }) =>
      `${leg} ${kind} ${fromUs - start}..${toUs - start}${early ? ' early' : ''}`,
  );
}

describe('the phases of an exchange', () => {
  it('stand one after another on both legs', () => {
    const timings = exchangeTimings(exchangeRecord(), 0);
    expect(told(timings.phases)).toEqual([
      'server proxy 0..200',
      'server send 200..1200',
      'server wait 1200..80000',
      'server receive 80000..99000',
      'client send 0..1000',
      'client wait 1000..80000',
      'client proxy 80000..80300',
      'client receive 80300..100000',
    ]);
    expect(timings).toMatchObject({ startUs: start, endUs: start + 100_000, running: false });
  });

  it('show what an upstream proxy took where it happened, not as time that was added', () => {
    const at = (fromUs: number, toUs: number) => ({ address: 'p', port: 1, fromUs, toUs, error: null });
    const server = conversationRecord({
      role: 'server',
      connectFromUs: start + 100,
      connectToUs: start + 200,
      dialAttempts: [
        at(start + 100, start + 200),
        { ...at(start + 200, start + 900), step: 'proxy-connect' },
      ],
    });
    const exchange = exchangeRecord({
      serverReused: false,
      connectUs: 100,
      blockedUs: 800,
      sentFromUs: start + 900,
      sentToUs: start + 1000,
    });
    const { phases } = exchangeTimings(exchange, 0, { client: null, server });
    expect(told(phases).slice(0, 4)).toEqual([
      'server blocked 0..100',
      'server connect 100..200',
      'server blocked 200..900',
      'server send 900..1000',
    ]);
  });

  it('have the connection inside the request when it was made for it', () => {
    const exchange = exchangeRecord({
      serverReused: false,
      dnsUs: 10_000,
      connectUs: 30_000,
      tlsUs: 20_000,
      sentFromUs: start + 40_500,
      sentToUs: start + 41_000,
    });
    expect(told(exchangeTimings(exchange, 0).phases).slice(0, 5)).toEqual([
      'server dns 0..10000',
      'server connect 10000..20000',
      'server tls 20000..40000',
      'server proxy 40000..40500',
      'server send 40500..41000',
    ]);
  });

  it('have the connection before the request when there is no room in it', () => {
    const exchange = exchangeRecord({ serverReused: false, dnsUs: 10_000, connectUs: 30_000, tlsUs: 20_000 });
    expect(told(exchangeTimings(exchange, 0).phases).slice(0, 4)).toEqual([
      'server dns -40000..-30000 early',
      'server connect -30000..-20000 early',
      'server tls -20000..0 early',
      'server proxy 0..200',
    ]);
  });

  it('take the connection from the leg where it is known', () => {
    const server = conversationRecord({
      dnsFromUs: start - 90_000,
      dnsToUs: start - 80_000,
      connectFromUs: start - 80_000,
      connectToUs: start - 60_000,
      tlsFromUs: start - 60_000,
      tlsToUs: start - 10_000,
    });
    const client = conversationRecord({ role: 'client', tlsFromUs: start - 70_000, tlsToUs: start - 5_000 });
    const exchange = exchangeRecord({ serverReused: false, clientReused: false });
    const phases = told(exchangeTimings(exchange, 0, { client, server }).phases);
    expect(phases.slice(0, 3)).toEqual([
      'server dns -90000..-80000 early',
      'server connect -80000..-60000 early',
      'server tls -60000..-10000 early',
    ]);
    expect(phases).toContain('client tls -70000..-5000 early');
  });

  it('leave a reused connection out', () => {
    const server = conversationRecord({ connectFromUs: start - 80_000, connectToUs: start - 60_000 });
    const { phases } = exchangeTimings(exchangeRecord(), 0, { client: null, server });
    expect(phases.some((phase) => phase.kind === 'connect')).toBe(false);
  });

  it('run on to now while the exchange is open', () => {
    const exchange = exchangeRecord({
      state: 'open',
      responseFromUs: null,
      responseToUs: null,
      clientFromUs: null,
      endedAtUs: null,
    });
    const timings = exchangeTimings(exchange, start + 500_000);
    expect(timings.running).toBe(true);
    expect(told(timings.phases)).toContain('server wait 1200..500000');
    expect(told(timings.phases)).toContain('client wait 1000..500000');
    expect(exchangeDurationUs(exchange, start + 500_000)).toBe(500_000);
  });

  it('end a dial that failed where the exchange ended', () => {
    const server = conversationRecord({ connectFromUs: start + 1000 });
    const exchange = exchangeRecord({
      state: 'failed',
      serverReused: false,
      status: null,
      sentFromUs: null,
      sentToUs: null,
      responseFromUs: null,
      responseToUs: null,
      clientFromUs: null,
      endedAtUs: start + 31_000,
    });
    expect(told(exchangeTimings(exchange, 0, { client: null, server }).phases)).toEqual([
      'server connect 1000..31000',
      'client send 0..1000',
      'client wait 1000..31000',
    ]);
  });

  it('show stalls at the end of the phase they belong to', () => {
    const phases = told(
      exchangeTimings(exchangeRecord({ clientStallUs: 5000, serverStallUs: 400 }), 0).phases,
    );
    expect(phases).toContain('client stall 95000..100000');
    expect(phases).toContain('server stall 800..1200');
  });

  it('are one passage for a tunnel', () => {
    const tunnel = exchangeRecord({
      method: '',
      path: '',
      protocol: 'tunnel',
      sentFromUs: null,
      sentToUs: null,
      responseFromUs: null,
      responseToUs: null,
      clientFromUs: null,
    });
    expect(told(exchangeTimings(tunnel, 0).phases)).toEqual([
      'server pass 0..100000',
      'client pass 0..100000',
    ]);
  });
});
