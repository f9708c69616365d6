export { App } from './App';
export { Guard } from './Guard';
