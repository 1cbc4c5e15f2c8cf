/** A process that sets rules in its network (those of its argument, else good ones) and holds them until it is killed. */
import { applyRules } from '../../electron/engine/system/apply-rules.ts';
import { transparentRules } from '../../electron/engine/system/transparent-rules.ts';

const good = transparentRules({ port: 8889, scope: { kind: 'forwarded' }, refuseQuic: true, exclude: [] });
const [given] = process.argv.slice(2);
const rules = given === undefined || given === '--twice' ? (good.ok ? good.value : '') : given;

const applied = await applyRules(rules);
process.stdout.write(applied.ok ? 'held\n' : `${applied.error.code}: ${applied.error.message}\n`);
if (given === '--twice' && applied.ok) {
  const again = await applyRules(rules);
  process.stdout.write(again.ok ? 'held twice\n' : `${again.error.code}: ${again.error.message}\n`);
  await applied.value.remove();
}
