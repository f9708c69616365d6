import type { RefObject } from 'react';
import { Button, Dialog, Popover } from 'react-aria-components';
import type { CallView } from '../../call';
import { t } from '../../i18n';
import { reactions } from './reactions';
import './hands.css';

export interface ReactionPickerProps {
  readonly call: CallView;
  /** what it opens at */
  readonly at: RefObject<HTMLElement | null>;
  readonly open: boolean;
  readonly onClose: () => void;
}

/** The reactions with their words. One press shows it to everybody for some seconds. */
export function ReactionPicker({ call, at, open, onClose }: ReactionPickerProps) {
  return (
    <Popover className="reactions dark" placement="top" offset={10} triggerRef={at} isOpen={open} onOpenChange={(now) => (now ? undefined : onClose())}>
      <Dialog className="reactions-body" aria-label={t('react.title')}>
        {reactions.map(({ id, icon: Icon, word }, index) => (
          <Button
            key={id}
            className="reaction"
            autoFocus={index === 0}
            onPress={() => {
              call.order({ type: 'react', reaction: id });
              onClose();
            }}
            data-testid={`react-${id}`}
          >
            <Icon size={22} aria-hidden="true" />
            <span>{t(word)}</span>
          </Button>
        ))}
      </Dialog>
    </Popover>
  );
}
