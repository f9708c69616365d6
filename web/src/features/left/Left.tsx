import { t } from '../../i18n';
import { Button, Heading, Page } from '../../ui';

export interface LeftProps {
  readonly title: string;
  readonly onRejoin: () => void;
  readonly onHome: () => void;
}

/** After the meeting: what was kept of it (nothing), and the way back. */
export function Left({ title, onRejoin, onHome }: LeftProps) {
  return (
    <Page onHome={onHome}>
      <section className="card stack" data-testid="left-page">
        <p className="soft">{title}</p>
        <Heading>{t('left.title')}</Heading>
        <p>{t('left.stored')}</p>
        <Button look="main" wide onPress={onRejoin} data-testid="left-rejoin">
          {t('left.rejoin')}
        </Button>
        <Button look="quiet" wide onPress={onHome}>
          {t('app.home')}
        </Button>
      </section>
    </Page>
  );
}
