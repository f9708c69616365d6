import { createRoot } from 'react-dom/client';
import '../ui/base.css';
import { App } from './App';
import { Guard } from './Guard';

/** Draws the client into the page, from now on. */
export function draw(root: Element): void {
  createRoot(root).render(
    <Guard>
      <App />
    </Guard>,
  );
}
