import { ShieldCheck } from 'lucide-react';
import { Button, Dialog, DialogTrigger, Popover } from 'react-aria-components';
import type { Roster } from '../../call';
import { t } from '../../i18n';
import './seen.css';

/** The protection level in words, and behind it what it means. It promises no more than is so. */
export function LevelBadge({ meeting }: { readonly meeting: NonNullable<Roster['meeting']> }) {
  const { level, kind } = meeting;
  return (
    <DialogTrigger>
      <Button className="levelbadge" data-testid="level" data-level={level}>
        <ShieldCheck size={16} aria-hidden="true" />
        <span>
          <span className="unseen">{t('level.title')}: </span>
          {t(`level.${level}`)}
        </span>
        <span className="levelbadge-long">{t('level.transport')}</span>
      </Button>
      <Popover className="levelinfo dark" placement="bottom start" offset={8}>
        <Dialog className="levelinfo-body" aria-label={t('level.title')}>
          <h2>
            {t('level.title')}: {t(`level.${level}`)}
          </h2>
          <p className="small">{t(`level.${level}Text`)}</p>
          <p className="small">{t('level.transport')}</p>
          {kind === 'consultation' ? <p className="small levelinfo-warn">{t('level.noSecrecy')}</p> : null}
          <p className="small soft">{t('join.noRecording')}</p>
        </Dialog>
      </Popover>
    </DialogTrigger>
  );
}
