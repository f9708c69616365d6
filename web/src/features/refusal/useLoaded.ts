import { useCallback, useEffect, useState } from 'react';
import { useTask } from './useTask';

/** What the server has, asked for when the page opens and again after each change. ask must be the same one each time. */
export function useLoaded<T>(ask: () => Promise<T>) {
  const [value, setValue] = useState<T>();
  const { problem, run } = useTask();
  const reload = useCallback(async () => setValue(await ask()), [ask]);
  useEffect(() => {
    void run(reload);
    // Once for each thing to ask: run is another one each time the page is drawn.
    // eslint-disable-next-line react-hooks/exhaustive-deps
  }, [reload]);
  return { value, setValue, problem, reload };
}
