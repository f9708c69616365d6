import { Component, type ReactNode } from 'react';
import { t } from '../i18n';
import { Button, FailureView, Page } from '../ui';

interface GuardState {
  readonly broken: boolean;
}

/** Catches what no page caught: better a clear page than a white one. Devices stop with the page that broke. */
export class Guard extends Component<{ readonly children: ReactNode }, GuardState> {
  override state: GuardState = { broken: false };

  static getDerivedStateFromError(): GuardState {
    return { broken: true };
  }

  override render(): ReactNode {
    if (!this.state.broken) return this.props.children;
    return (
      <Page onHome={() => window.location.assign('/')}>
        <FailureView code="unexpected">
          <Button look="main" onPress={() => window.location.reload()}>
            {t('error.reload')}
          </Button>
        </FailureView>
      </Page>
    );
  }
}
