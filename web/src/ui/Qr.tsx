import { encode } from 'uqr';
import './Qr.css';

export interface QrProps {
  readonly text: string;
  /** what the picture leads to */
  readonly label: string;
}

/** A text as a picture for cameras of phones. Made here: it may hold secrets that no server gets. */
export function Qr({ text, label }: QrProps) {
  const { data, size } = encode(text, { ecc: 'M', border: 3 });
  return (
    <svg className="qr" viewBox={`0 0 ${size} ${size}`} role="img" aria-label={label} shapeRendering="crispEdges" data-testid="qr">
      <path d={squares(data)} />
    </svg>
  );
}

/** Each run of dark squares in a row as a bar. */
export function squares(rows: readonly (readonly boolean[])[]): string {
  return rows
    .flatMap((row, y) =>
      row.map((dark, x) => {
        if (!dark || row[x - 1] === true) return '';
        const end = row.indexOf(false, x);
        return `M${x} ${y}h${(end < 0 ? row.length : end) - x}v1H${x}z`;
      }),
    )
    .join('');
}
