import { useEffect, useState } from 'react';
import { Button, Note, Skeleton } from '../../../ui';
import { useValue } from '../../../value';
import { Charts } from './Charts';
import { Tracks } from './Tracks';
import { HelpWatch, type End, type WatchState } from './watch';
import { w } from './words';

export interface LiveProps {
  readonly code: string;
  /** undefined: whoever watched does not want to any more */
  readonly onEnd: (why: End | undefined) => void;
}

/** One connection as it is, until it is over. */
export function Live({ code, onEnd }: LiveProps) {
  const [watch] = useState(() => new HelpWatch(code));
  const { history, gone, end } = useValue(watch.state);
  useEffect(watch.start, [watch]);
  useEffect(() => {
    if (end) onEnd(end);
  });
  return <LiveView history={history} gone={gone} onStop={() => onEnd(undefined)} />;
}

export interface LiveViewProps extends Omit<WatchState, 'end'> {
  readonly onStop: () => void;
}

export function LiveView({ history, gone, onStop }: LiveViewProps) {
  const newest = history.at(-1);
  return (
    <>
      <div className="row-between">
        <p className="soft" role="status">
          {newest ? w('watching') : ''}
        </p>
        <Button onPress={onStop} data-testid="help-stop">
          {w('stop')}
        </Button>
      </div>
      {gone ? (
        <Note look="warn" alert testId="help-gone">
          <p>{w('gone')}</p>
        </Note>
      ) : null}
      {newest?.path === 'none' ? (
        <Note look="warn" alert testId="help-disconnected">
          <p>{w('disconnected')}</p>
        </Note>
      ) : null}
      {newest ? (
        <div className="help-live" data-testid="help-live">
          <dl className="help-facts">
            <Fact name={w('path')} value={w(`path.${newest.path}`)} />
            <Fact name={w('quality')} value={w(`quality.${newest.quality ?? 'unknown'}`)} />
          </dl>
          <Charts history={history} newest={newest} />
          <Tracks sample={newest} />
        </div>
      ) : (
        <Skeleton lines={6} />
      )}
    </>
  );
}

function Fact({ name, value }: { readonly name: string; readonly value: string }) {
  return (
    <div>
      <dt>{name}</dt>
      <dd>{value}</dd>
    </div>
  );
}
