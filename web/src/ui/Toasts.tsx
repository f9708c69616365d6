import { useEffect } from 'react';
import { Cell } from '../value';
import { useValue } from '../value';
import './Toasts.css';

interface Said {
  readonly text: string;
  readonly count: number;
}

const said = new Cell<Said>({ text: '', count: 0 });

/** So long it stands there (milliseconds). */
const SAY_FOR = 5000;

/** Says that something is done, in one short sentence. What went wrong stands where it went wrong instead. */
export function say(text: string): void {
  said.set({ text, count: said.get().count + 1 });
}

/** Where it is said: once on every page. */
export function Toasts() {
  const { text, count } = useValue(said);
  useEffect(() => {
    if (text === '') return undefined;
    const timer = setTimeout(() => said.set({ text: '', count }), SAY_FOR);
    return () => clearTimeout(timer);
  }, [text, count]);
  return (
    <div className="toasts" role="status">
      {text === '' ? null : (
        <p key={count} className="toast">
          {text}
        </p>
      )}
    </div>
  );
}
