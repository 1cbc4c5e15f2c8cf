/**
 * Takes packets apart with Wireshark's engine for whoever started it: questions on standard input, answers on standard output (protocol.ts).
 * Ends when the input ends, and with status 1 when the engine fails: what it holds cannot be trusted then.
 */
import { startEngine } from './engine.ts';
import { encodeAnswer, readQuestions } from './pipe.ts';

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
