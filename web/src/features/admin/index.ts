export { Admin } from './Admin';
export type { AdminPage } from './Admin';
