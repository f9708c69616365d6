import { X } from 'lucide-react';
import { useId, type ReactNode } from 'react';
import { Button } from 'react-aria-components';
import { t } from '../i18n';
import './Panel.css';

export interface PanelProps {
  readonly title: string;
  readonly onClose: () => void;
  readonly children: ReactNode;
}

/** The side panel: right of the tiles, on phones a sheet over them. Escape closes it. */
export function Panel({ title, onClose, children }: PanelProps) {
  const heading = useId();
  return (
    <aside
      className="panel"
      aria-labelledby={heading}
      onKeyDown={(event) => {
        if (event.key === 'Escape') onClose();
      }}
    >
      <header className="panel-head">
        <h2 id={heading}>{title}</h2>
        <Button className="panel-close" aria-label={t('panel.close')} onPress={onClose}>
          <X size={20} aria-hidden="true" />
        </Button>
      </header>
      {children}
    </aside>
  );
}
