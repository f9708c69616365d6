import type { ReactNode } from 'react';
import { Tab, TabList, TabPanel, Tabs as AriaTabs } from 'react-aria-components';
import './Tabs.css';

export interface TabsEntry {
  readonly id: string;
  readonly label: ReactNode;
  readonly content: ReactNode;
}

export interface TabsProps {
  readonly label: string;
  readonly entries: readonly TabsEntry[];
  /** which is open, where somebody else decides it */
  readonly selected?: string;
  readonly onSelect?: (id: string) => void;
}

/** Parts of one thing, of which one is seen at a time. Pages of their own have links instead (SubNav). */
export function Tabs({ label, entries, selected, onSelect }: TabsProps) {
  return (
    <AriaTabs className="tabs" {...(selected === undefined ? {} : { selectedKey: selected })} {...(onSelect ? { onSelectionChange: (key) => onSelect(String(key)) } : {})}>
      <TabList aria-label={label} className="tabs-list">
        {entries.map((entry) => (
          <Tab key={entry.id} id={entry.id} className="tab" data-testid={`tab-${entry.id}`}>
            {entry.label}
          </Tab>
        ))}
      </TabList>
      {entries.map((entry) => (
        <TabPanel key={entry.id} id={entry.id} className="tabs-panel">
          {entry.content}
        </TabPanel>
      ))}
    </AriaTabs>
  );
}
