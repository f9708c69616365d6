import type { ReactNode } from 'react';
import { Qr } from './Qr';
import './SlipSheet.css';

export interface Slip {
  readonly id: string;
  /** where its picture leads */
  readonly address: string;
  readonly label: string;
  readonly content: ReactNode;
}

/** How many slips a printed page has: two beside each other, four below. */
const OF_A_PAGE = 8;

/** Slips of paper, each with a QR code: eight on a printed page, with lines to cut along. What is marked "unprinted" around them stays on the screen. */
export function SlipSheet({ slips, testId }: { readonly slips: readonly Slip[]; readonly testId?: string }) {
  const pages = Array.from({ length: Math.ceil(slips.length / OF_A_PAGE) }, (_, page) => slips.slice(page * OF_A_PAGE, (page + 1) * OF_A_PAGE));
  return (
    <div className="slip-pages" data-testid={testId}>
      {pages.map((page) => (
        <ul key={page[0]?.id} className="slips">
          {page.map(({ id, address, label, content }) => (
            <li key={id} className="slip">
              <Qr text={address} label={label} />
              <div className="slip-text">{content}</div>
            </li>
          ))}
        </ul>
      ))}
    </div>
  );
}
