import { expect, it } from 'vitest';
import { exportFormatNames } from '../../../core/contract/transfers.ts';
import { exportFormats } from '../../../core/formats/index.ts';

it('a window may ask for every format there is', () => {
  expect([...exportFormatNames].sort()).toEqual(Object.keys(exportFormats).sort());
});
