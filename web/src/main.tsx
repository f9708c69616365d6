// All that the page itself asks for: small, so that the pages and the texts of the reader's language load side by side.

import { language, learn } from './i18n';

document.documentElement.lang = language;

const root = document.getElementById('root');
if (root) void Promise.all([import('./app'), learn()]).then(([{ draw }]) => draw(root));
