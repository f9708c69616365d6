import type { LucideIcon } from 'lucide-react';
import { Button, Tooltip, TooltipTrigger } from 'react-aria-components';
import type { OwnState } from '../../call';
import { t } from '../../i18n';

export interface BarButtonProps {
  readonly icon: LucideIcon;
  /** what a press does: accessible name and tooltip */
  readonly label: string;
  /** the word under the icon where there is room */
  readonly caption: string;
  readonly shortcut?: string;
  /** of what one sends */
  readonly state?: OwnState | undefined;
  /** the panel it opens is open */
  readonly pressed?: boolean;
  /** of what is either so or not, such as the hand */
  readonly raised?: boolean;
  /** cannot be pressed; the label says why. It keeps the focus, so that it can be read. */
  readonly disabled?: boolean;
  readonly badge?: number;
  readonly badgeText?: string | undefined;
  readonly danger?: boolean;
  /** room for a longer caption in another state, so that the bar does not move then */
  readonly wide?: boolean;
  readonly testId: string;
  readonly onPress: () => void;
}

/** One button of the bar: an icon, its word, its tooltip with the shortcut. */
export function BarButton(props: BarButtonProps) {
  const { icon: Icon, label, caption, shortcut, state, pressed, raised, disabled = false, badge = 0, badgeText, danger = false, wide = false, testId, onPress } = props;
  const name = badgeText ? `${label}, ${badgeText}` : label;
  return (
    <TooltipTrigger delay={500}>
      <Button
        className={`barbutton${danger ? ' barbutton-danger' : ''}${wide ? ' barbutton-wide' : ''}`}
        aria-label={name}
        ref={(element) => {
          if (shortcut) element?.setAttribute('aria-keyshortcuts', shortcut); // react-aria does not pass it on
        }}
        onPress={() => (disabled ? undefined : onPress())}
        data-testid={testId}
        data-state={state}
        data-open={pressed}
        data-raised={raised}
        data-off={disabled}
        {...(disabled ? { 'aria-disabled': true } : {})}
        {...(raised === undefined ? {} : { 'aria-pressed': raised })}
        {...(pressed === undefined ? {} : { 'aria-expanded': pressed })}
      >
        <span className="barbutton-icon">
          <Icon size={22} aria-hidden="true" />
          {state === 'off' || state === 'paused' ? <span className="barbutton-dot" /> : null}
          {badge > 0 ? <span className="barbutton-badge num" data-count={badge > 99 ? '99+' : badge} /> : null}
        </span>
        <span className="barbutton-caption">{caption}</span>
      </Button>
      <Tooltip className="tooltip dark" offset={8}>
        {shortcut ? t('control.shortcut', { label, key: shortcut }) : label}
      </Tooltip>
    </TooltipTrigger>
  );
}
