import { spawn, type ChildProcessByStdio } from 'node:child_process';
import type { Readable, Writable } from 'node:stream';
import { Socket } from 'node:net';
import { fail, type Failed } from '../../../core/model/result.ts';
import { AnswerReader, encodeQuestion, type PipeAnswer } from './pipe-messages.ts';

/** Of its environment it gets what a runtime needs to start, and what times are shown by. */
const environmentKept = ['PATH', 'TZ', 'LANG', 'SystemRoot', 'TEMP', 'TMP'];
const wordsKept = 500;

type Child = ChildProcessByStdio<Writable, Readable, Readable>;

/** What is started: a Node, or an Electron that is told to be one, and dist/dissection/main.js. */
export interface DissectionProgram {
  readonly runtime: string;
  readonly script: string;
}

/** One dissection process: questions and answers, until it is ended or ends. Never started again; the owner makes another one. */
export class DissectionProcess {
  /** Resident memory when it last answered. */
  memoryBytes = 0;
  /** Why nothing more can be asked; null while it can. */
  over: Failed | null = null;
  readonly #child: Child;
  readonly #waiting = new Map<number, (answer: PipeAnswer | Failed) => void>();
  #lastId = 0;
  #lastWords = '';

  constructor({ runtime, script }: DissectionProgram) {
    this.#child = spawn(runtime, [script], {
      env: environment(),
      stdio: ['pipe', 'pipe', 'pipe'],
      windowsHide: true,
    });
    const reader = new AnswerReader();
    this.#child.stdout.on('data', (chunk: Uint8Array) => {
      const answers = reader.read(chunk);
      if (answers === null) this.end(crashed('it wrote what is no answer'));
      else for (const answer of answers) this.#answered(answer);
    });
    this.#child.stderr.setEncoding('utf8').on('data', (text: string) => {
      this.#lastWords = `${this.#lastWords}${text}`.slice(-wordsKept);
    });
    this.#child.stdin.on('error', () => {});
    this.#child.on('error', (error) => {
      this.end(fail('dissection-missing', `Wireshark’s engine could not be started: ${error.message}.`));
    });
    this.#child.on('close', (code, signal) => {
      this.end(
        crashed(lastLine(this.#lastWords) ?? (signal === null ? `status ${code}` : `signal ${signal}`)),
      );
    });
    // It keeps nobody alive: when its input ends, so does it. Whoever waits for an answer has a timer.
    this.#child.unref();
    for (const pipe of [this.#child.stdin, this.#child.stdout, this.#child.stderr])
      if (pipe instanceof Socket) pipe.unref();
  }

  /** Its answer; a failure when it did not answer within `limitMs`, which ends it. */
  ask(head: object, body: Uint8Array, limitMs: number): Promise<PipeAnswer | Failed> {
    if (this.over !== null) return Promise.resolve(this.over);
    const id = ++this.#lastId;
    return new Promise((resolve) => {
      const timer = setTimeout(() => this.end(slow(limitMs)), limitMs);
      this.#waiting.set(id, (answer) => {
        clearTimeout(timer);
        resolve(answer);
      });
      for (const part of encodeQuestion({ id, ...head }, body)) this.#child.stdin.write(part);
    });
  }

  /** Kills it; whoever waits hears `why`. */
  end(why: Failed): void {
    if (this.over !== null) return;
    this.over = why;
    this.#child.kill('SIGKILL');
    for (const resolve of this.#waiting.values()) resolve(why);
    this.#waiting.clear();
  }

  #answered(answer: PipeAnswer): void {
    this.memoryBytes = answer.memoryBytes;
    this.#waiting.get(answer.id)?.(answer);
    this.#waiting.delete(answer.id);
  }
}

function environment(): Record<string, string> {
  const kept = environmentKept.flatMap((name): [string, string][] => {
    const value = process.env[name];
    return value === undefined ? [] : [[name, value]];
  });
  return { ...Object.fromEntries(kept), ELECTRON_RUN_AS_NODE: '1' };
}

function crashed(why: string): Failed {
  return fail(
    'dissection-crashed',
    `Wireshark’s engine stopped while it read these packets (${why}). It is started again for the next one.`,
  );
}

function slow(limitMs: number): Failed {
  return fail(
    'dissection-slow',
    `Wireshark’s engine was stopped after ${limitMs / 1000} s without an answer. It is started again for the next packet.`,
  );
}

function lastLine(words: string): string | null {
  const line = words.trim().split('\n').at(-1) ?? '';
  return line === '' ? null : line.slice(0, 200);
}
