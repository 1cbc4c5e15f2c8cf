/**
 * Takes packets apart with Wireshark's engine for whoever started it: questions on standard input, answers on standard output (protocol.ts).
 * Ends when the input ends, and with status 1 when the engine fails: what it holds cannot be trusted then.
 */
import v8 from 'node:v8';
import { startEngine } from './engine.ts';
import { encodeAnswer, readQuestions } from './pipe.ts';

/**
 * Bytes of WebAssembly that a function has run when the optimising compiler takes it up; by default 13 MB, which the first few trees reach in most
 * of the engine at once: compiling took the processors that the questions wait for.
 */
const tieringBudgetBytes = 100_000_000;

v8.setFlagsFromString(`--wasm-tiering-budget=${tieringBudgetBytes}`);
try {
  const engine = await startEngine();
  await readQuestions(process.stdin, async (question, body) => {
    const reply = engine.answer(question, body);
    const common = { id: question.id, memoryBytes: process.memoryUsage.rss() };
    const message = reply.ok
      ? encodeAnswer({ ...common, ok: true, value: reply.value }, reply.bodies)
      : encodeAnswer({ ...common, ok: false, error: reply.error });
    await new Promise((resolve) => process.stdout.write(message, resolve));
  });
  process.exit(0);
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exit(1);
}
