import { createRoot } from 'react-dom/client';
import { App, Guard } from './app';
import { language } from './i18n';
import './ui/base.css';

document.documentElement.lang = language;

const root = document.getElementById('root');
if (root) {
  createRoot(root).render(
    <Guard>
      <App />
    </Guard>,
  );
}
