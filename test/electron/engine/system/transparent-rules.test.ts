import { spawnSync } from 'node:child_process';
import { describe, expect, it } from 'vitest';
import { makeCgroup } from '../../../../electron/engine/system/own-cgroup.ts';
import {
  listenAddresses,
  transparentRules,
  type RedirectScope,
  type TransparentRules,
} from '../../../../electron/engine/system/transparent-rules.ts';

const exclude = ['10.0.0.0/8', '192.0.2.7', 'fd00::/8', '2001:db8::1'];

function rulesFor(scope: RedirectScope, more: Partial<TransparentRules> = {}): string {
  const rules = transparentRules({ port: 8889, scope, refuseQuic: true, exclude, ...more });
  if (!rules.ok) throw new Error(rules.error.message);
  return rules.value;
}

/** What nft thinks of it, in a network of its own, where everybody may ask. */
function judged(rules: string): string {
  const { status, stderr } = spawnSync('unshare', ['-Urn', 'nft', '-c', '-f', '-'], {
    input: rules,
    encoding: 'utf8',
  });
  return status === 0 ? 'good' : stderr;
}

describe('rules that redirect connections', () => {
  it('leave the engine and everything local alone when they are for this machine', () => {
    expect(rulesFor({ kind: 'this-machine', engineCgroup: 'plumbline' })).toBe(`\
# Takes away what an earlier run left.
table inet plumbline { }
delete table inet plumbline

table inet plumbline {
  counter quic_refused { }
  chain leaving {
    type nat hook output priority -100
    socket cgroupv2 level 1 "plumbline" accept
    fib daddr type local accept
    ip daddr 10.0.0.0/8 accept
    ip daddr 192.0.2.7 accept
    ip6 daddr fd00::/8 accept
    ip6 daddr 2001:db8::1 accept
    meta l4proto tcp redirect to :8889
    udp dport 443 redirect to :1
  }
  chain counted {
    type filter hook output priority 0
    udp dport 1 ct original proto-dst 443 counter name quic_refused accept
  }
}
`);
  });

  it('take what others send through a gateway', () => {
    expect(rulesFor({ kind: 'forwarded' }, { exclude: [] })).toContain(`\
  chain arriving {
    type nat hook prerouting priority -100
    fib daddr type local accept
    meta l4proto tcp redirect to :8889
  }
  chain passing {
    type filter hook forward priority 0
    udp dport 443 counter name quic_refused reject with icmpx type port-unreachable
  }
`);
  });

  it('say nothing of QUIC unless it is to be refused', () => {
    expect(rulesFor({ kind: 'user', uid: 1000 }, { refuseQuic: false })).not.toMatch(/udp|quic/);
    expect(rulesFor({ kind: 'forwarded' }, { refuseQuic: false })).not.toMatch(/udp|quic/);
  });

  it('name the level of a cgroup, which the folder beside version 1 is not', () => {
    expect(rulesFor({ kind: 'cgroup', path: 'user.slice/user-1000.slice/app.scope' })).toContain(
      'socket cgroupv2 level 3 "user.slice/user-1000.slice/app.scope" meta l4proto tcp redirect to :8889',
    );
    expect(rulesFor({ kind: 'cgroup', path: 'unified/plumbline' })).toContain('level 1 "unified/plumbline"');
  });

  it('are understood by nft', () => {
    const scopes: RedirectScope[] = [{ kind: 'forwarded' }, { kind: 'user', uid: 0 }];
    const cgroup = makeCgroup(`plumbline-test-${process.pid}`);
    if (cgroup.ok) {
      const { path } = cgroup.value;
      scopes.push({ kind: 'cgroup', path }, { kind: 'this-machine', engineCgroup: path });
    }
    try {
      for (const scope of scopes) {
        for (const refuseQuic of [true, false]) expect(judged(rulesFor(scope, { refuseQuic }))).toBe('good');
      }
    } finally {
      if (cgroup.ok) cgroup.value.remove();
    }
  });

  it('go to where the listener is: loopback for what this machine sends', () => {
    expect(listenAddresses({ kind: 'forwarded' })).toEqual(['0.0.0.0', '::']);
    expect(listenAddresses({ kind: 'user', uid: 0 })).toEqual(['127.0.0.1', '::1']);
  });

  it.each<[string, Partial<TransparentRules>]>([
    ['Give a port from 1 to 65535.', { port: 0 }],
    ['Give a port from 1 to 65535.', { port: 65_536 }],
    ['"10.0.0.0/33" is no address or network.', { exclude: ['10.0.0.0/33'] }],
    ['"fd00::/129" is no address or network.', { exclude: ['fd00::/129'] }],
    ['"shop.example" is no address or network.', { exclude: ['shop.example'] }],
    ['"1.2.3.4 accept; drop" is no address or network.', { exclude: ['1.2.3.4 accept; drop'] }],
    ['"fe80::1%eth0" is no address or network.', { exclude: ['fe80::1%eth0'] }],
    ['"10.0.0.0/8/8" is no address or network.', { exclude: ['10.0.0.0/8/8'] }],
    [
      'At most 256 addresses and networks can be left alone.',
      { exclude: Array.from({ length: 257 }, () => '::1') },
    ],
    ['Give the number of a user', { scope: { kind: 'user', uid: -1 } }],
    ['Give the number of a user', { scope: { kind: 'user', uid: 0xffff_ffff } }],
    ['Give the path of a cgroup', { scope: { kind: 'cgroup', path: 'a" accept; #' } }],
    ['Give the path of a cgroup', { scope: { kind: 'cgroup', path: '../etc' } }],
    ['Give the path of a cgroup', { scope: { kind: 'cgroup', path: '/user.slice' } }],
    ['Give the path of a cgroup', { scope: { kind: 'this-machine', engineCgroup: '' } }],
  ])('refuse what they cannot say: %s', (sentence, wrong) => {
    const rules = transparentRules({
      port: 8889,
      scope: { kind: 'forwarded' },
      refuseQuic: true,
      exclude: [],
      ...wrong,
    });
    expect(rules).toMatchObject({
      ok: false,
      error: { code: 'bad-rules', message: expect.stringContaining(sentence) as string },
    });
  });
});
