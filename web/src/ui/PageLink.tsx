import type { AnchorHTMLAttributes } from 'react';

export interface PageLinkProps extends AnchorHTMLAttributes<HTMLAnchorElement> {
  readonly href: string;
  /** Goes there without loading the page anew; without it the browser follows the link. */
  readonly onFollow?: (() => void) | undefined;
}

/** A link to another page of the client. With a modifier key it stays the browser's: a new tab opens, for instance. */
export function PageLink({ onFollow, children, ...rest }: PageLinkProps) {
  return (
    <a
      {...rest}
      onClick={(event) => {
        if (!onFollow || event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return;
        event.preventDefault();
        onFollow();
      }}
    >
      {children}
    </a>
  );
}
