import { useSyncExternalStore } from 'react';

/** As in controls.css: there is room for five buttons. */
const narrow = '(max-width: 700px)';

/** The window is too narrow for all buttons of the bar. */
export function useNarrow(): boolean {
  return useSyncExternalStore(subscribe, () => window.matchMedia(narrow).matches);
}

function subscribe(changed: () => void): () => void {
  const query = window.matchMedia(narrow);
  query.addEventListener('change', changed);
  return () => query.removeEventListener('change', changed);
}
