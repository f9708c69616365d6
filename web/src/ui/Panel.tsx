import { X } from 'lucide-react';
import { useEffect, useId, useRef, type ReactNode } from 'react';
import { Button } from 'react-aria-components';
import { t } from '../i18n';
import './Panel.css';

export interface PanelProps {
  readonly title: string;
  readonly onClose: () => void;
  readonly children: ReactNode;
}

/** The side panel: right of the tiles, on phones a sheet over them. It takes the focus; Escape closes it from anywhere. */
export function Panel({ title, onClose, children }: PanelProps) {
  const heading = useId();
  const panel = useRef<HTMLElement>(null);
  const headline = useRef<HTMLHeadingElement>(null);
  useEffect(() => {
    if (!panel.current?.contains(document.activeElement)) headline.current?.focus({ preventScroll: true });
  }, []);
  useEscape(onClose);
  return (
    <aside ref={panel} className="panel" aria-labelledby={heading}>
      <header className="panel-head">
        <h2 ref={headline} id={heading} tabIndex={-1}>
          {title}
        </h2>
        <Button className="panel-close" aria-label={t('panel.close')} onPress={onClose}>
          <X size={20} aria-hidden="true" />
        </Button>
      </header>
      {children}
    </aside>
  );
}

function useEscape(onClose: () => void): void {
  const latest = useRef(onClose);
  useEffect(() => {
    latest.current = onClose;
  });
  useEffect(() => {
    const press = (event: KeyboardEvent) => {
      // What lies over the panel, a menu for instance, is closed first.
      if (event.key === 'Escape' && !event.defaultPrevented && !document.querySelector('[role=dialog], [role=alertdialog], [role=menu]')) latest.current();
    };
    window.addEventListener('keydown', press);
    return () => window.removeEventListener('keydown', press);
  }, []);
}
