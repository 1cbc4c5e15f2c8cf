/**
 * `npm run check`: types, lint, layers, format and unit tests. One line for each; what a tool printed only if it
 * failed. With names of steps as arguments, only those: `npm run check -- types layers`.
 */
import { asProgram, captureNode, ensureInstalled } from './setup.mjs';
import { staticSteps, unitTests } from './steps.mjs';

/**
 * Files that did not change are not linted again, though a type they use may have: fast here, and `npm test` lints
 * everything.
 */
const lintCache = ['--cache', '--cache-strategy=content', '--cache-location=.cache/eslint/'];

/** The tools use more than one thread themselves; a third one at a time only makes all of them slower. */
const stepsAtOnce = 2;

await asProgram(async () => {
  await ensureInstalled();
  const all = [...staticSteps, unitTests];
  const names = process.argv.slice(2);
  const unknown = names.filter((name) => all.every((step) => step.name !== name));
  if (unknown.length > 0)
    throw new Error(
      `No such step: ${unknown.join(', ')}. There are ${all.map((step) => step.name).join(', ')}.`,
    );
  const waiting = names.length === 0 ? all : all.filter((step) => names.includes(step.name));
  let failures = 0;
  await Promise.all(
    Array.from({ length: stepsAtOnce }, async () => {
      for (let step = waiting.shift(); step !== undefined; step = waiting.shift()) {
        if (!(await passes(step))) failures++;
      }
    }),
  );
  return failures === 0 ? 0 : 1;
});

/**
 * @param {import('./steps.mjs').Step} step
 * @returns {Promise<boolean>}
 */
async function passes(step) {
  const started = performance.now();
  const { code, output } = await captureNode(step.name === 'lint' ? [...step.args, ...lintCache] : step.args);
  const seconds = ((performance.now() - started) / 1000).toFixed(1);
  if (code !== 0) process.stdout.write(output.endsWith('\n') ? output : `${output}\n`);
  process.stdout.write(`${code === 0 ? 'ok    ' : 'failed'} ${step.name} (${seconds} s)\n`);
  return code === 0;
}
