// The ticket that gives a person its role back without the lobby, when the server was restarted or the page was loaded
// anew. It lies in the tab's own storage while the person is in the meeting, and goes when it leaves (docs/privacy.md).

const KEY = 'konklave.ticket';

export interface TicketBox {
  readonly get: () => string | undefined;
  readonly keep: (ticket: string) => void;
  readonly forget: () => void;
}

/** For one meeting: a ticket of another one is not given out. */
export function ticketBox(link: string, storage: Storage = window.sessionStorage): TicketBox {
  return {
    get: () => quietly(() => {
      const [of, ticket] = (storage.getItem(KEY) ?? '').split(' ');
      return of === link ? ticket : undefined;
    }),
    keep: (ticket) => quietly(() => storage.setItem(KEY, `${link} ${ticket}`)),
    forget: () => quietly(() => storage.removeItem(KEY)),
  };
}

/** A browser that forbids storage: a reload leads to the lobby then. */
function quietly<T>(use: () => T): T | undefined {
  try {
    return use();
  } catch {
    return undefined;
  }
}
