import { useEffect, useRef } from 'react';
import './LevelMeter.css';

export interface LevelMeterProps {
  readonly label: string;
  /** Starts measuring: calls back with 0..1, returns the way to stop. */
  readonly watch: (onLevel: (level: number) => void) => () => void;
}

/** A bar that moves with the voice. It writes to the element itself: twelve times a second is not React's business. */
export function LevelMeter({ label, watch }: LevelMeterProps) {
  const bar = useRef<HTMLDivElement>(null);
  const meter = useRef<HTMLDivElement>(null);
  useEffect(
    () =>
      watch((level) => {
        if (bar.current) bar.current.style.transform = `scaleX(${level.toFixed(3)})`;
        meter.current?.setAttribute('aria-valuenow', String(Math.round(level * 100)));
      }),
    [watch],
  );
  return (
    <div ref={meter} className="meter" role="meter" aria-label={label} aria-valuemin={0} aria-valuemax={100} aria-valuenow={0} data-testid="level">
      <div ref={bar} className="meter-bar" />
    </div>
  );
}
