import { axisEnd, bandOf } from './drawing';
import { countText, lossText, rateText, timeText } from './figures';
import { picturesOf, type Pictures, type Sample } from './history';
import { LineChart, Frame, type Series } from './LineChart';
import { w } from './words';

export interface ChartsProps {
  readonly history: readonly Sample[];
  readonly newest: Sample;
}

/** What there is to know over the last two minutes, one drawing for each unit. */
export function Charts({ history, newest }: ChartsProps) {
  const series = (name: string, look: Series['look'], value: (sample: Sample) => number | undefined): Series => ({
    name, look, points: history.map((sample) => ({ at: sample.at, value: value(sample) })),
  });
  return (
    <div className="help-charts">
      <LineChart
        title={w('speed')}
        now={newest.at}
        least={100_000}
        text={rateText}
        series={[
          series(w('estimate'), 'limit', ({ estimate }) => (estimate > 0 ? estimate : undefined)),
          series(w('sent'), 'down', ({ sent }) => sent),
          series(w('received'), 'up', ({ received }) => received),
        ]}
      />
      <LineChart
        title={w('loss')}
        now={newest.at}
        least={0.05}
        text={lossText}
        series={[series(w('lossDown'), 'down', (sample) => sample.loss_down), series(w('lossUp'), 'up', (sample) => sample.loss_up)]}
      />
      <LineChart
        title={w('delay')}
        now={newest.at}
        least={100}
        text={timeText}
        series={[
          series(w('roundTrip'), 'down', (sample) => (sample.rtt_ms > 0 ? sample.rtt_ms : undefined)),
          series(w('jitter'), 'limit', (sample) => sample.jitter_ms),
        ]}
      />
      <PictureChart history={history} newest={newest} />
    </div>
  );
}

const states = ['whole', 'lowered', 'paused'] as const satisfies readonly (keyof Pictures)[];

/** How many pictures are as wanted, smaller, paused: on top of each other. */
function PictureChart({ history, newest }: ChartsProps) {
  const counts = history.map((sample) => ({ at: sample.at, ...picturesOf(sample) }));
  const end = axisEnd(Math.max(...counts.map(({ whole, lowered, paused }) => whole + lowered + paused)), 4);
  const latest = picturesOf(newest);
  const low = (one: Pictures, state: keyof Pictures) => states.slice(0, states.indexOf(state)).reduce((sum, before) => sum + one[before], 0);
  return (
    <Frame
      title={w('pictures')}
      end={countText(end)}
      legend={states.map((state) => ({ name: w(state), look: state, value: countText(latest[state]) }))}
    >
      {states.map((state) => (
        <path
          key={state}
          className={`help-band help-${state}`}
          d={bandOf(counts.map((one) => ({ at: one.at, low: low(one, state), high: low(one, state) + one[state] })), newest.at, end)}
        />
      ))}
    </Frame>
  );
}
