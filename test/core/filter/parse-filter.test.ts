import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { filterWords } from '../../../core/filter/filter-words.ts';
import type { FilterNode, NumberTerm, TextTerm } from '../../../core/filter/node.ts';
import { parseFilter } from '../../../core/filter/parse-filter.ts';

/** 2026-03-01 10:00:00 UTC, 11:00 local. */
const clock = { nowUs: 1_772_359_200_000_000, zoneOffsetMinutes: 60 };
const minuteUs = 60_000_000;

function nodeOf(text: string): FilterNode | null {
  const { node, problem } = parseFilter(text, clock);
  expect(problem).toBeNull();
  return node;
}

/** The sentence, and the part of the text that is underlined. */
function problemOf(text: string): readonly [string, string] {
  const { node, problem } = parseFilter(text, clock);
  expect(node).toBeNull();
  return [problem!.message, text.slice(problem!.from, problem!.to)];
}

function text(field: TextTerm['field'], value: string, how: TextTerm['match']['how'] = 'contains'): TextTerm {
  return { kind: 'text', field, match: { how, text: value } };
}

function number(field: NumberTerm['field'], bounds: Partial<NumberTerm>): NumberTerm {
  return { kind: 'number', field, min: null, max: null, minOpen: false, maxOpen: false, ...bounds };
}

describe('the filter language', () => {
  it('has no condition in an empty text', () => {
    expect(nodeOf('')).toBeNull();
    expect(nodeOf(' \t')).toBeNull();
  });

  it('joins terms beside each other, binds or weaker and not stronger', () => {
    expect(nodeOf('a b or not c and d')).toEqual({
      kind: 'or',
      nodes: [
        { kind: 'and', nodes: [text('any', 'a'), text('any', 'b')] },
        { kind: 'and', nodes: [{ kind: 'not', node: text('any', 'c') }, text('any', 'd')] },
      ],
    });
    expect(nodeOf('a b || !c && d')).toEqual(nodeOf('a b OR -c AND d'));
    expect(nodeOf('a&&b||c')).toEqual(nodeOf('a b or c'));
    expect(nodeOf('not(a or b)')).toEqual(nodeOf('-(a or b)'));
    expect(nodeOf('a (b (c d))')).toEqual(nodeOf('a b c d'));
  });

  it('looks everywhere for text that names no field', () => {
    expect(nodeOf('products')).toEqual(text('any', 'products'));
    expect(nodeOf('"two words"')).toEqual(text('any', 'two words'));
    expect(nodeOf('"a \\"quote\\" and \\\\"')).toEqual(text('any', 'a "quote" and \\'));
    expect(nodeOf('404')).toEqual(text('any', '404'));
    expect(nodeOf('"status:404"')).toEqual(text('any', 'status:404'));
    expect(nodeOf('/api/products')).toEqual(text('any', '/api/products'));
    expect(nodeOf('f(x)')).toEqual(text('any', 'f(x)'));
    expect(nodeOf('api*users')).toEqual(text('any', '*api*users*', 'wildcard'));
    expect(nodeOf('/v[12]/')).toEqual(text('any', 'v[12]', 'regex'));
    expect(nodeOf('-')).toEqual(text('any', '-'));
  });

  it('takes pasted addresses as text', () => {
    for (const pasted of [
      'https://shop.test:8443/a?b=c:d',
      'localhost:8080',
      'localhost:8080/path',
      'api.shop.test:443',
      '[::1]:8080',
      '::1',
      '10:32:05',
      'ws://x',
      'my-machine:3000',
    ]) {
      expect(nodeOf(pasted)).toEqual(text('any', pasted));
    }
  });

  it('looks in a field: contained, exact, wildcard, pattern, any of a list', () => {
    expect(nodeOf('host:api')).toEqual(text('host', 'api'));
    expect(nodeOf('HOST:=api')).toEqual(text('host', 'api', 'equals'));
    expect(nodeOf('host:*.test')).toEqual(text('host', '*.test', 'wildcard'));
    expect(nodeOf('path:"*"')).toEqual(text('path', '*'));
    expect(nodeOf('path:=a*b')).toEqual(text('path', 'a*b', 'equals'));
    expect(nodeOf('path:/a(b|c) \\d/')).not.toEqual(text('path', 'a(b|c) \\d', 'regex'));
    expect(nodeOf('path:/a(b|c)\\ \\/\\d,/')).toEqual(text('path', 'a(b|c) /\\d,', 'regex'));
    expect(nodeOf('method:GET,"P O"')).toEqual({
      kind: 'or',
      nodes: [text('method', 'GET'), text('method', 'P O')],
    });
    expect(nodeOf('path:""')).toEqual(text('path', ''));
    expect(nodeOf('path:/Products(1)')).toEqual(text('path', '/Products(1)'));
  });

  it('tells a path from a pattern', () => {
    expect(nodeOf('path:/api/')).toEqual(text('path', '/api/'));
    expect(nodeOf('path:/api/v1/')).toEqual(text('path', '/api/v1/'));
    expect(nodeOf('path:/api/i')).toEqual(text('path', 'api', 'regex'));
    expect(nodeOf('path:/api$/')).toEqual(text('path', 'api$', 'regex'));
    expect(nodeOf('host:/api/')).toEqual(text('host', 'api', 'regex'));
  });

  it('compares statuses', () => {
    expect(nodeOf('status:404')).toEqual(number('status', { min: 404, max: 404 }));
    expect(nodeOf('status:4xx')).toEqual(number('status', { min: 400, max: 499 }));
    expect(nodeOf('status:4')).toEqual(nodeOf('status:4xx'));
    expect(nodeOf('status:40')).toEqual(nodeOf('status:40x'));
    expect(nodeOf('status:>=400')).toEqual(number('status', { min: 400 }));
    expect(nodeOf('status>=400')).toEqual(number('status', { min: 400 }));
    expect(nodeOf('status:<400')).toEqual(number('status', { max: 400, maxOpen: true }));
    expect(nodeOf('status:200-299')).toEqual(number('status', { min: 200, max: 299 }));
    expect(nodeOf('status:200..299')).toEqual(nodeOf('status:2xx'));
    expect(nodeOf('status:4xx-5xx')).toEqual(number('status', { min: 400, max: 599 }));
    expect(nodeOf('status:>4xx')).toEqual(number('status', { min: 499, minOpen: true }));
    expect(nodeOf('status:*')).toEqual(number('status', {}));
    expect(nodeOf('status:404,5xx')).toEqual({
      kind: 'or',
      nodes: [number('status', { min: 404, max: 404 }), number('status', { min: 500, max: 599 })],
    });
  });

  it('reads sizes in powers of 1000 and, with an i, of 1024', () => {
    expect(nodeOf('size:>100k')).toEqual(number('size', { min: 100_000, minOpen: true }));
    expect(nodeOf('size:1M-5M')).toEqual(number('size', { min: 1e6, max: 5e6 }));
    expect(nodeOf('size:>=1KiB')).toEqual(number('size', { min: 1024 }));
    expect(nodeOf('reqsize:<=1.5MB')).toEqual(number('requestSize', { max: 1_500_000 }));
    expect(nodeOf('request-size:17')).toEqual(number('requestSize', { min: 17, max: 17 }));
  });

  it('reads times with units, in milliseconds without', () => {
    expect(nodeOf('time:>500')).toEqual(number('time', { min: 500_000, minOpen: true }));
    for (const written of ['1.5s', '1500ms', '1500000us', '1500000µs', '0.025m']) {
      expect(nodeOf(`wait:>=${written}`)).toEqual(number('wait', { min: 1_500_000 }));
    }
    expect(nodeOf('stall:>1h')).toEqual(number('stall', { min: 3600e6, minOpen: true }));
  });

  it('takes a size or time without operator as what would be shown so', () => {
    expect(nodeOf('time:812ms')).toEqual(number('time', { min: 811_500, max: 812_499 }));
    expect(nodeOf('size:1.2M')).toEqual(number('size', { min: 1_150_000, max: 1_249_999 }));
    expect(nodeOf('dns:30us')).toEqual(number('dns', { min: 30, max: 30 }));
  });

  it('reads ids, with a number sign as well', () => {
    expect(nodeOf('#17')).toEqual(nodeOf('id:17'));
    expect(nodeOf('id:17')).toEqual(number('id', { min: 17, max: 17 }));
  });

  it('reads times of day, dates and ages by the clock it is given', () => {
    const nineLocalUs = clock.nowUs - 120 * minuteUs;
    expect(nodeOf('started:>09:00:00')).toEqual(number('started', { min: nineLocalUs, minOpen: true }));
    expect(nodeOf('started:09:00')).toEqual(
      number('started', { min: nineLocalUs, max: nineLocalUs + minuteUs - 1 }),
    );
    expect(nodeOf('started:>=2026-03-01T09:00')).toEqual(number('started', { min: nineLocalUs }));
    expect(nodeOf('started:>=2026-03-01T08:00:00.5Z')).toEqual(
      number('started', { min: nineLocalUs + 500_000 }),
    );
    expect(nodeOf('started:>=2026-03-01T10:30+02:30')).toEqual(number('started', { min: nineLocalUs }));
    expect(nodeOf('started:<5m')).toEqual(
      number('started', { min: clock.nowUs - 5 * minuteUs, minOpen: true }),
    );
    expect(nodeOf('started:>5m')).toEqual(
      number('started', { max: clock.nowUs - 5 * minuteUs, maxOpen: true }),
    );
    expect(nodeOf('started:10m..5m')).toEqual(
      number('started', { min: clock.nowUs - 10 * minuteUs, max: clock.nowUs - 5 * minuteUs }),
    );
    const dayFromUs = clock.nowUs - 11 * 60 * minuteUs;
    expect(nodeOf('started:2026-03-01')).toEqual(
      number('started', { min: dayFromUs, max: dayFromUs + 24 * 60 * minuteUs - 1 }),
    );
  });

  it('reads states, colours, headers and bodies', () => {
    const state = (name: string) => ({ kind: 'state', state: name });
    expect(nodeOf('is:failed')).toEqual(state('failed'));
    expect(nodeOf('has:request-body')).toEqual(state('requestBody'));
    expect(nodeOf('has:body')).toEqual({ kind: 'or', nodes: [state('requestBody'), state('responseBody')] });
    expect(nodeOf('colour:gray')).toEqual(state('grey'));
    const header = { kind: 'header', side: 'either', name: 'x-id', match: null };
    expect(nodeOf('header.X-Id')).toEqual(header);
    expect(nodeOf('has:header.X-Id')).toEqual(header);
    expect(nodeOf('response.header.X-Id:=7')).toEqual({
      ...header,
      side: 'response',
      match: { how: 'equals', text: '7' },
    });
    expect(nodeOf('request-body:"order id"')).toEqual({
      kind: 'body',
      side: 'request',
      match: { how: 'contains', text: 'order id' },
    });
  });

  it('understands every field, alias and example of its own list', () => {
    for (const { name, aliases, examples, takes } of filterWords) {
      for (const example of examples) expect(nodeOf(example)).not.toBeNull();
      const [first] = examples;
      expect(first.startsWith(name)).toBe(true);
      for (const alias of aliases) {
        expect(nodeOf(alias + first.slice(name.length))).toEqual(nodeOf(first));
      }
      if (takes.kind !== 'states') continue;
      for (const word of takes.states) {
        for (const spelt of [word.name, ...word.aliases]) expect(nodeOf(`${name}:${spelt}`)).not.toBeNull();
      }
    }
  });
});

describe('what is no filter', () => {
  it('is told with the part to underline', () => {
    expect(problemOf('a stauts:404')).toEqual([
      'There is no field “stauts”. Did you mean status:? To look for the text itself, put it in quotes.',
      'stauts:',
    ]);
    expect(problemOf('foo:bar')).toEqual([
      'There is no field “foo”. To look for the text itself, put it in quotes.',
      'foo:',
    ]);
    expect(problemOf('host:')).toEqual(['Write what to look for after host: such as host:api.', 'host:']);
    expect(problemOf('status:404,abc')).toEqual([
      'status: does not understand “abc”. Write it like status:404, status:4xx, status:>=400 or status:200-299.',
      'abc',
    ]);
    expect(problemOf('method:GET,')[0]).toBe(
      'A value is missing beside this comma. Write one, or take the comma away.',
    );
    expect(problemOf('size:5M-1M')).toEqual([
      'This range ends before it begins. Write the smaller number first.',
      '5M-1M',
    ]);
    expect(problemOf('is:error')).toEqual(['is: does not know “error”. Write has:error.', 'error']);
    expect(problemOf('is:opne')).toEqual(['is: does not know “opne”. Did you mean is:open?', 'opne']);
    expect(problemOf('a "b c')).toEqual(['This quote is not closed. Write " where the text ends.', '"b c']);
    expect(problemOf('a (b')).toEqual(['This bracket is not closed. Write ) where its part ends.', '(']);
    expect(problemOf('a b)')).toEqual([
      'This bracket closes none. Take it away, or open one before it.',
      ')',
    ]);
    expect(problemOf(')')[1]).toBe(')');
    expect(problemOf('a ()')).toEqual([
      'Nothing is in these brackets. Write a term, or take them away.',
      '()',
    ]);
    expect(problemOf('a or')).toEqual([
      'A term is missing after “or”. To look for the word itself, put it in quotes.',
      'or',
    ]);
    expect(problemOf('and b')).toEqual([
      'A term is missing before “and”. To look for the word itself, put it in quotes.',
      'and',
    ]);
    expect(problemOf('header:x')[1]).toBe('header:');
    expect(problemOf('header.:x')[1]).toBe('header.:');
    expect(problemOf('started:25:00')[1]).toBe('25:00');
  });

  it('refuses patterns that are wrong or could take for ever', () => {
    expect(problemOf('host:/a(/')[0]).toMatch(/^This regular expression is not valid: /);
    expect(problemOf('host:/(a+)+$/')).toEqual([
      'A repeat inside a repeat, as in (a+)+, could take for ever. Write it without the inner or the outer one.',
      '/(a+)+$/',
    ]);
  });

  it('has bounds', () => {
    const refusal = (input: string) => parseFilter(input, clock).problem;
    expect(refusal('x'.repeat(4096))).toBeNull();
    expect(refusal('x'.repeat(4097))).toEqual({
      message: 'A filter has at most 4,096 characters. Shorten it.',
      from: 4096,
      to: 4097,
    });
    expect(refusal('a '.repeat(256))).toBeNull();
    expect(refusal('a '.repeat(257))).toEqual({
      message: 'A filter has at most 256 terms. Take some away.',
      from: 512,
      to: 513,
    });
    expect(refusal(`${'('.repeat(64)}a${')'.repeat(64)}`)).toBeNull();
    expect(refusal(`${'('.repeat(65)}a${')'.repeat(65)}`)).toMatchObject({ from: 64, to: 65 });
    expect(refusal('!'.repeat(64) + 'a')).toBeNull();
    expect(refusal('!'.repeat(65) + 'a')).toMatchObject({ from: 64 });
    expect(refusal(`header.${'x'.repeat(257)}:a`)?.message).toBe(
      'A header’s name has at most 256 characters. Shorten it.',
    );
  });

  it('never throws, and names a range inside the text', () => {
    const pieces = fc.constantFrom(
      ...['(', ')', '"', '/', '\\', ':', ',', ' ', '-', '!', '&&', '||', 'or', 'not', '*', '..', '>', '='],
      ...[
        'status',
        'host',
        'started',
        'time',
        'header.x',
        'is',
        '4xx',
        '5m',
        '10:32',
        'a',
        '[',
        '{',
        '+',
        '#1',
      ],
    );
    const typed = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.array(pieces).map((parts) => parts.join('')),
    );
    fc.assert(
      fc.property(typed, (input) => {
        const { node, problem } = parseFilter(input, clock);
        if (problem === null) return;
        expect(node).toBeNull();
        expect(problem.from).toBeGreaterThanOrEqual(0);
        expect(problem.to).toBeGreaterThan(problem.from);
        expect(problem.to).toBeLessThanOrEqual(input.length);
      }),
      { numRuns: 3000 },
    );
  });

  it('takes no long time to refuse or read the worst text', () => {
    const started = performance.now();
    for (const piece of ['/a,', '"', '(', 'a:/', 'x:"', '\\', '/[', ',', 'header.', '!a ', 'a&&', '*,']) {
      for (const start of ['', 'path:', 'path:/']) {
        parseFilter((start + piece.repeat(4096)).slice(0, 4096), clock);
      }
    }
    expect(performance.now() - started).toBeLessThan(500);
  });
});
