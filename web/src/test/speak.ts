// What runs before the tests of each file: the texts are there, as they are when a page is drawn.

import { learn } from '../i18n';

await learn();
