import { useCallback, useEffect, useState } from 'react';
import { useTask } from '../refusal';

/** What the server has, asked for when the page opens and again after each change. */
export function useLoaded<T>(ask: () => Promise<T>) {
  const [value, setValue] = useState<T>();
  const task = useTask();
  const reload = useCallback(async () => setValue(await ask()), [ask]);
  useEffect(() => {
    void task.run(reload);
    // Once: task is another one each time the page is drawn.
    // eslint-disable-next-line react-hooks/exhaustive-deps
  }, [reload]);
  return { value, problem: task.problem, reload };
}
