export { LevelBadge } from './LevelBadge';
export { SeenPanel } from './SeenPanel';
