import { X } from 'lucide-react';
import type { ReactNode } from 'react';
import { Button as AriaButton, Dialog as AriaDialog, Heading, Modal, ModalOverlay } from 'react-aria-components';
import { t } from '../i18n';
import './Dialog.css';

export interface DialogProps {
  readonly title: string;
  readonly isOpen: boolean;
  readonly onClose: () => void;
  readonly children: ReactNode;
  /** for lists and forms that want more room */
  readonly wide?: boolean;
  /** it asks before something that cannot be undone: read out at once, and a click beside it does not close it */
  readonly asks?: boolean;
  /** in the running meeting, whose surface is dark */
  readonly dark?: boolean;
  readonly testId?: string;
}

/** What lies over the page until it is closed: with the cross, with Escape, with a click beside it. The focus stays inside and returns. */
export function Dialog({ title, isOpen, onClose, children, wide = false, asks = false, dark = false, testId }: DialogProps) {
  return (
    <ModalOverlay className="dialog-ground" isOpen={isOpen} onOpenChange={(open) => (open ? undefined : onClose())} isDismissable={!asks}>
      <Modal className={`dialog${wide ? ' dialog-wide' : ''}${dark ? ' dark' : ''}`}>
        <AriaDialog className="dialog-body" role={asks ? 'alertdialog' : 'dialog'} data-testid={testId}>
          <header className="dialog-head">
            <Heading slot="title">{title}</Heading>
            <AriaButton className="dialog-close" aria-label={t('panel.close')} onPress={onClose}>
              <X size={20} aria-hidden="true" />
            </AriaButton>
          </header>
          {children}
        </AriaDialog>
      </Modal>
    </ModalOverlay>
  );
}

/** The buttons at the end of a dialog or form: on phones one below the other, the main one first. */
export function Actions({ children }: { readonly children: ReactNode }) {
  return <div className="actions">{children}</div>;
}
