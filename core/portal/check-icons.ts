import type { DeviceCheck } from '../devices/device-checks.ts';

/** The state of a check, told apart by shape. */
export const checkIcons: Readonly<Record<DeviceCheck['state'], string>> = {
  done: '<svg width="16" height="16" viewBox="0 0 16 16" role="img" aria-label="done"><path d="M3 8.5l3.2 3.2L13 4.8" class="tick"/></svg>',
  open: '<svg width="16" height="16" viewBox="0 0 16 16" role="img" aria-label="to do"><circle cx="8" cy="8" r="5.5" class="ring"/></svg>',
  problem:
    '<svg width="16" height="16" viewBox="0 0 16 16" role="img" aria-label="not yet"><path d="M8 2l6.2 11.5H1.8z" class="warn"/><path d="M8 6.5v3M8 11.2v.6" class="warn"/></svg>',
};
