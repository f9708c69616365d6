export { HandQueue } from './HandQueue';
export { ReactionPicker } from './ReactionPicker';
export { reactionOf } from './reactions';
