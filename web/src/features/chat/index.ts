export { ChatPanel } from './ChatPanel';
export { useUnread } from './useUnread';
