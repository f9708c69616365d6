import type { AnchorHTMLAttributes } from 'react';
import { goTo } from '../route';

export interface PageLinkProps extends AnchorHTMLAttributes<HTMLAnchorElement> {
  readonly href: string;
  /** Goes there in its own way. */
  readonly onFollow?: (() => void) | undefined;
}

/** A link to another page of the client, which is not loaded anew. With a modifier key it stays the browser's: a new tab opens, for instance. */
export function PageLink({ href, onFollow, children, ...rest }: PageLinkProps) {
  return (
    <a
      {...rest}
      href={href}
      onClick={(event) => {
        if (event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return;
        event.preventDefault();
        if (onFollow) onFollow();
        else goTo(href);
      }}
    >
      {children}
    </a>
  );
}
