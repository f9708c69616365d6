import type { LucideIcon } from 'lucide-react';
import { Fragment, useState, type ReactNode } from 'react';
import { Button, Menu, MenuItem, MenuSection, MenuTrigger, Popover, Separator, Text } from 'react-aria-components';
import './ActionMenu.css';

export interface ActionEntry {
  readonly id: string;
  readonly label: string;
  readonly icon: LucideIcon;
  /** one key that does the same */
  readonly shortcut?: string;
  readonly danger?: boolean;
  readonly onPick: () => void;
}

export interface ActionMenuProps {
  /** name of the button, and of the menu */
  readonly label: string;
  /** groups with a line between them; empty ones are left out */
  readonly groups: readonly (readonly ActionEntry[])[];
  readonly className: string;
  readonly children: ReactNode;
  /** in a list of people: beside the list, so that a long menu finds room */
  readonly beside?: boolean;
  readonly testId: string;
}

/** A button that opens a list of things to do: by mouse, finger, arrow keys or first letters. */
export function ActionMenu({ label, groups, className, children, beside = false, testId }: ActionMenuProps) {
  const filled = groups.filter((group) => group.length > 0);
  const [held, hold] = useHeld();
  const pick = (id: string) => filled.flat().find((entry) => entry.id === id)?.onPick();
  return (
    <MenuTrigger>
      <Button className={className} aria-label={label} onPressStart={hold} data-testid={testId}>
        {children}
      </Button>
      <Popover className={`actionmenu dark${held ? ' actionmenu-held' : ''}`} offset={6} placement={beside ? 'left top' : 'bottom end'}>
        <Menu className="actionmenu-list" aria-label={label} onAction={(id) => pick(String(id))}>
          {filled.map((group, index) => (
            <Fragment key={group[0]?.id}>
              {index > 0 ? <Separator className="actionmenu-line" /> : null}
              <MenuSection aria-label={label}>
                {group.map((entry) => (
                  <Entry key={entry.id} entry={entry} />
                ))}
              </MenuSection>
            </Fragment>
          ))}
        </Menu>
      </Popover>
    </MenuTrigger>
  );
}

/** A mouse opens the menu when it goes down. In a narrow window the sheet then lies under it, and its going up must pick nothing. */
function useHeld() {
  const [held, setHeld] = useState(false);
  const hold = ({ pointerType }: { readonly pointerType: string }) => {
    if (pointerType !== 'mouse') return;
    setHeld(true);
    window.addEventListener('pointerup', () => setHeld(false), { once: true });
  };
  return [held, hold] as const;
}

function Entry({ entry: { id, label, icon: Icon, shortcut, danger } }: { readonly entry: ActionEntry }) {
  return (
    <MenuItem id={id} textValue={label} className={danger ? 'actionmenu-item actionmenu-danger' : 'actionmenu-item'} data-testid={`do-${id}`}>
      <Icon size={18} aria-hidden="true" />
      <Text slot="label">{label}</Text>
      {shortcut ? <kbd data-key={shortcut} /> : null}
    </MenuItem>
  );
}
