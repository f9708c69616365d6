import { useEffect, useRef, useState } from 'react';
import { ComboBox, Input, Label, ListBox, ListBoxItem, Popover, Text } from 'react-aria-components';
import { t } from '../i18n';
import './Field.css';
import './Menu.css';
import './Search.css';

export interface Found {
  readonly id: string;
  readonly label: string;
  /** what tells two of the same label apart */
  readonly line?: string;
}

export interface SearchProps {
  readonly label: string;
  readonly hint?: string;
  /** what is written; of who was chosen the label */
  readonly text: string;
  readonly chosen: Found | undefined;
  /** something was written, or chosen: then with its id */
  readonly onChange: (text: string, chosen?: Found) => void;
  readonly find: (text: string) => Promise<readonly Found[]>;
  readonly testId?: string;
}

/** While somebody writes on, nothing is asked for. */
const PAUSE = 150; // ms

/** A field that offers what is meant while one writes. Nothing is offered before something is written. */
export function Search({ label, hint, text, chosen, onChange, find, testId }: SearchProps) {
  const [found, setFound] = useState<readonly Found[]>([]);
  const asked = useRef(0);
  useEffect(
    () => () => {
      asked.current = -1; // who has left asks nothing any more
    },
    [],
  );
  const write = (next: string) => {
    onChange(next);
    const turn = ++asked.current;
    const show = (list: readonly Found[]) => (turn === asked.current ? setFound(list) : undefined);
    const ask = () => (turn === asked.current ? find(next).then(show, () => show([])) : undefined); // what was written may count all the same
    setTimeout(() => void ask(), PAUSE);
  };
  return (
    <ComboBox
      className="field search"
      items={found}
      inputValue={text}
      onInputChange={(next) => (next === text ? undefined : write(next))}
      selectedKey={chosen?.id ?? null}
      onSelectionChange={(key) => {
        const one = found.find(({ id }) => id === key);
        asked.current++;
        if (one) onChange(one.label, one);
      }}
      allowsCustomValue
      allowsEmptyCollection={text.trim().length > 1}
      menuTrigger="input"
    >
      <Label>{label}</Label>
      <Input data-testid={testId} autoComplete="off" />
      {hint ? (
        <Text slot="description" className="field-hint">
          {hint}
        </Text>
      ) : null}
      <Popover className="menu search-list">
        <ListBox className="menu-list" renderEmptyState={() => <p className="search-none">{t('search.none')}</p>}>
          {(one: Found) => (
            <ListBoxItem id={one.id} textValue={one.label} className="menu-item search-item" data-testid="found">
              <span>{one.label}</span>
              {one.line ? <span className="search-line">{one.line}</span> : null}
            </ListBoxItem>
          )}
        </ListBox>
      </Popover>
    </ComboBox>
  );
}
