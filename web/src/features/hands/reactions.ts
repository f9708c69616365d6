// The reactions of the protocol (docs/control.md, react), each with an icon and a word: the icon alone would not say enough.

import { Annoyed, Check, FastForward, Frown, Heart, Laugh, PartyPopper, Rewind, ThumbsUp, X, type LucideIcon } from 'lucide-react';
import type { MessageKey } from '../../i18n';

export interface ReactionLook {
  readonly id: string;
  readonly icon: LucideIcon;
  readonly word: MessageKey;
}

export const reactions: readonly ReactionLook[] = [
  { id: 'thumbs_up', icon: ThumbsUp, word: 'react.thumbs_up' },
  { id: 'clap', icon: PartyPopper, word: 'react.clap' },
  { id: 'heart', icon: Heart, word: 'react.heart' },
  { id: 'laugh', icon: Laugh, word: 'react.laugh' },
  { id: 'surprised', icon: Annoyed, word: 'react.surprised' },
  { id: 'sad', icon: Frown, word: 'react.sad' },
  { id: 'yes', icon: Check, word: 'react.yes' },
  { id: 'no', icon: X, word: 'react.no' },
  { id: 'slower', icon: Rewind, word: 'react.slower' },
  { id: 'faster', icon: FastForward, word: 'react.faster' },
];

export function reactionOf(id: string | undefined): ReactionLook | undefined {
  return reactions.find((reaction) => reaction.id === id);
}
