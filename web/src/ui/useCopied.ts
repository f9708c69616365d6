import { useEffect, useState } from 'react';

/** So long it says that it copied (milliseconds). */
const SAY_FOR = 3000;

/** Whether something was copied just now, and what to call when it was. */
export function useCopied(): readonly [copied: boolean, say: () => void] {
  const [times, setTimes] = useState(0);
  useEffect(() => {
    if (times === 0) return undefined;
    const timer = setTimeout(() => setTimes(0), SAY_FOR);
    return () => clearTimeout(timer);
  }, [times]);
  return [times > 0, () => setTimes((before) => before + 1)];
}
