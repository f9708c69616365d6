import type { ReactNode } from 'react';
import { Button as AriaButton, Menu as AriaMenu, MenuItem, MenuTrigger, Popover } from 'react-aria-components';
import './Menu.css';

export interface MenuEntry {
  readonly id: string;
  readonly label: string;
  readonly icon?: ReactNode;
  /** it takes something away */
  readonly danger?: boolean;
  readonly disabled?: boolean;
}

export interface MenuProps {
  /** what the button shows */
  readonly children: ReactNode;
  /** the button's name where it shows an icon only */
  readonly label?: string;
  readonly entries: readonly MenuEntry[];
  readonly onChoose: (id: string) => void;
  /** how the button looks: like Button's looks, or only its content */
  readonly look?: 'plain' | 'quiet' | 'icon';
  /** in the running meeting, whose surface is dark */
  readonly dark?: boolean;
  readonly placement?: 'bottom end' | 'bottom start' | 'top';
  readonly testId?: string;
}

/** A button that opens a list of things to do. */
export function Menu({ children, label, entries, onChoose, look = 'plain', dark = false, placement = 'bottom end', testId }: MenuProps) {
  return (
    <MenuTrigger>
      <AriaButton className={look === 'icon' ? 'menu-icon' : `button button-${look}`} {...(label === undefined ? {} : { 'aria-label': label })} data-testid={testId}>
        {children}
      </AriaButton>
      <Popover className={dark ? 'menu dark' : 'menu'} placement={placement}>
        <AriaMenu
          className="menu-list"
          disabledKeys={entries.filter((entry) => entry.disabled).map((entry) => entry.id)}
          onAction={(key) => onChoose(String(key))}
        >
          {entries.map((entry) => (
            <MenuItem key={entry.id} id={entry.id} textValue={entry.label} className={entry.danger ? 'menu-item menu-danger' : 'menu-item'} data-testid={`menu-${entry.id}`}>
              {entry.icon}
              {entry.label}
            </MenuItem>
          ))}
        </AriaMenu>
      </Popover>
    </MenuTrigger>
  );
}
