// A secret of one meeting in the tab's own storage, so that who loads the page anew is who it was (docs/privacy.md).

export interface TabBox {
  readonly get: () => string | undefined;
  readonly keep: (secret: string) => void;
  readonly forget: () => void;
}

/** For one meeting: a secret of another one is not given out. */
export function tabBox(key: string, link: string, storage: Storage = window.sessionStorage): TabBox {
  return {
    get: () => quietly(() => {
      const [of, secret] = (storage.getItem(key) ?? '').split(' ');
      return of === link ? secret : undefined;
    }),
    keep: (secret) => quietly(() => storage.setItem(key, `${link} ${secret}`)),
    forget: () => quietly(() => storage.removeItem(key)),
  };
}

/** A browser that forbids storage: loading the page anew loses the secret then. */
function quietly<T>(use: () => T): T | undefined {
  try {
    return use();
  } catch {
    return undefined;
  }
}
