import { useSyncExternalStore } from 'react';

const query = '(prefers-color-scheme: dark)';

/** Another text with every other theme in force, for what is drawn by hand and does not follow the style sheet. */
export function useColorScheme(): string {
  return useSyncExternalStore(subscribe, present);
}

function present(): string {
  const { colorScheme } = getComputedStyle(document.documentElement);
  return `${colorScheme} ${matchMedia(query).matches ? 'dark' : 'light'}`;
}

/** A theme chosen in the window shows as an attribute of the page. */
function subscribe(changed: () => void): () => void {
  const media = matchMedia(query);
  const observer = new MutationObserver(changed);
  media.addEventListener('change', changed);
  observer.observe(document.documentElement, { attributes: true });
  return () => {
    media.removeEventListener('change', changed);
    observer.disconnect();
  };
}
