/**
 * The checks that need no running program, as `npm run check` and `npm test` both run them: what each is called and
 * the tool with its arguments, started under the local Node. The slow ones come first.
 */

/** @typedef {{ readonly name: string, readonly args: readonly string[] }} Step */

/** The folders with sources of ours. */
const sources = ['core', 'dissection', 'electron', 'renderer', 'build', 'test'];

/** @type {readonly Step[]} */
export const staticSteps = [
  { name: 'lint', args: ['node_modules/eslint/bin/eslint.js', '--max-warnings=0', '.'] },
  { name: 'types', args: ['node_modules/typescript/bin/tsc', '-b'] },
  {
    name: 'format',
    args: [
      'node_modules/prettier/bin/prettier.cjs',
      '--check',
      '--log-level=warn',
      '--cache',
      '--cache-location=.cache/prettier',
      '.',
    ],
  },
  {
    name: 'layers',
    args: [
      'node_modules/dependency-cruiser/bin/dependency-cruiser.mjs',
      '--config=.dependency-cruiser.cjs',
      '--output-type=err-long',
      ...sources,
    ],
  },
];

/** @type {Step} */
export const unitTests = {
  name: 'unit tests',
  args: ['node_modules/vitest/vitest.mjs', 'run', '--project=unit', '--reporter=dot'],
};
