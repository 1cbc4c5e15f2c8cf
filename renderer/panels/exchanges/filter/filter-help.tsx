import { Popover } from 'radix-ui';
import { filterWords } from '../../../../core/filter/filter-words.ts';
import { Icon } from '../../../components/icon.tsx';
import { loopTab } from '../../../components/loop-tab.ts';

const rules: readonly (readonly [example: string, meaning: string])[] = [
  ['shop cart', 'Both texts occur; and may stand between them'],
  ['a or b', 'One of them holds; brackets ( ) group'],
  ['-type:image', 'Does not hold; not and ! say the same'],
  ['"two words"', 'Text with blanks or signs; \\" is a quote in it'],
  ['host:api', 'Contains the text, upper and lower case alike'],
  ['host:=api.test', 'Is exactly the text'],
  ['path:*.js', '* stands for anything; the whole text must fit'],
  ['path:/v[12]/', 'A regular expression finds something'],
  ['method:PUT,POST', 'One of a list'],
  ['time:1s..2s', 'From one to the other; also >, >=, <, <='],
];

/** The filter language on one sheet. */
export function FilterHelp() {
  return (
    <Popover.Root>
      <Popover.Trigger asChild>
        <button type="button" title="How to write a filter" aria-label="How to write a filter">
          <Icon name="help" size={14} />
        </button>
      </Popover.Trigger>
      <Popover.Portal>
        <Popover.Content
          className="filter-sheet filter-help"
          align="end"
          sideOffset={8}
          collisionPadding={8}
          aria-label="How to write a filter"
          tabIndex={0}
          onKeyDown={loopTab}
        >
          <h2>How to write a filter</h2>
          <dl>
            {rules.map(([example, meaning]) => (
              <div key={example}>
                <dt>{example}</dt>
                <dd>{meaning}</dd>
              </div>
            ))}
          </dl>
          <h2>Fields</h2>
          <dl>
            {filterWords.map(({ name, examples, meaning }) => (
              <div key={name}>
                <dt title={examples.join('   ')}>{examples[0]}</dt>
                <dd>{meaning}</dd>
              </div>
            ))}
          </dl>
        </Popover.Content>
      </Popover.Portal>
    </Popover.Root>
  );
}
