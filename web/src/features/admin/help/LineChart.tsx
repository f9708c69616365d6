import type { ReactNode } from 'react';
import { axisEnd, HEIGHT, lineOf, WIDTH, type Point } from './drawing';
import { w } from './words';

export interface Series {
  readonly name: string;
  /** how the line is drawn: they differ in more than colour */
  readonly look: 'down' | 'up' | 'limit';
  readonly points: readonly Point[];
}

export interface LineChartProps {
  readonly title: string;
  readonly now: number;
  /** the axis reaches at least here, so that nothing looks large that is small */
  readonly least: number;
  readonly text: (value: number) => string;
  readonly series: readonly Series[];
}

/** Values over time, and the newest of them as text. */
export function LineChart({ title, now, least, text, series }: LineChartProps) {
  const values = series.flatMap(({ points }) => points.flatMap(({ value }) => value ?? []));
  const end = axisEnd(Math.max(0, ...values), least);
  const valueText = (value: number | undefined) => (value === undefined ? w('unknownValue') : text(value));
  return (
    <Frame title={title} end={text(end)} legend={series.map(({ name, look, points }) => ({ name, look, value: valueText(points.at(-1)?.value) }))}>
      {series.map(({ name, look, points }) => (
        <path key={name + look} className={`help-line help-${look}`} d={lineOf(points, now, end)} />
      ))}
    </Frame>
  );
}

interface LegendEntry {
  readonly name: string;
  readonly look: string;
  /** the newest */
  readonly value: string;
}

interface FrameProps {
  readonly title: string;
  /** the upper end of the axis; the lower is 0 */
  readonly end: string;
  readonly legend: readonly LegendEntry[];
  readonly children: ReactNode;
}

/** A drawing with its axes, and beside it the newest values: whoever does not see the drawing misses none of them. */
export function Frame({ title, end, legend, children }: FrameProps) {
  return (
    <figure className="help-chart" aria-label={title}>
      <figcaption>
        <h3>{title}</h3>
        <dl>
          {legend.map(({ name, look, value }) => (
            <div key={name + look}>
              <dt>
                <svg className="help-key" viewBox="0 0 24 12" aria-hidden="true">
                  <path className={`help-line help-key-${look} help-${look}`} d="M1 6H23" />
                </svg>
                {name}
              </dt>
              <dd className="num">{value}</dd>
            </div>
          ))}
        </dl>
      </figcaption>
      <div className="help-plot" aria-hidden="true">
        <span className="help-end num">{end}</span>
        <svg viewBox={`0 0 ${WIDTH} ${HEIGHT}`} preserveAspectRatio="none">
          <path className="help-grid" d={`M0 0H${WIDTH}M0 ${HEIGHT / 2}H${WIDTH}M0 ${HEIGHT}H${WIDTH}`} />
          {children}
        </svg>
        <span className="help-times">
          <span>{w('ago')}</span>
          <span>{w('now')}</span>
        </span>
      </div>
    </figure>
  );
}
