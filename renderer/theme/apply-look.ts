import type { Look } from '../state/settings.ts';

/** Puts theme and density on the page: tokens.css reads them. */
export function applyLook({ theme, density }: Look): void {
  const { dataset } = document.documentElement;
  if (theme === 'system') delete dataset['theme'];
  else dataset['theme'] = theme;
  dataset['density'] = density;
}
