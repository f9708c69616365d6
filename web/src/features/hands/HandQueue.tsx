import { ArrowDown, Speech } from 'lucide-react';
import { Button as AriaButton } from 'react-aria-components';
import { handsUp, type CallView } from '../../call';
import { t } from '../../i18n';
import { Button } from '../../ui';
import { useValue } from '../../value';
import './hands.css';

/** Raised hands in their order, and who has the floor. Hosts call up and lower. */
export function HandQueue({ call }: { readonly call: CallView }) {
  const { people, may, meeting } = useValue(call.roster);
  const hands = handsUp(people);
  const speaking = people.filter((person) => person.floor);
  if (hands.length === 0 && speaking.length === 0) return null;
  const queue = meeting?.settings.hands === 'queue';
  const calls = may.has('give_floor');
  const lowers = may.has('lower_hand');
  return (
    <section className="hands" aria-label={t(queue ? 'hand.queue' : 'hand.title')} data-testid="hands">
      <h3 className="small num">{queue ? t('hand.queueCount', { n: hands.length }) : t('hand.count', { n: hands.length })}</h3>
      {speaking.map(({ id, name }) => (
        <p key={id} className="hands-floor" data-testid="floor" data-name={name}>
          <Speech size={18} aria-hidden="true" />
          <span className="hands-name">{t('hand.floorOf', { name })}</span>
          {calls ? (
            <Button onPress={() => call.order({ type: 'give_floor', id, on: false })} data-testid="take-floor">
              {t('hand.takeFloor')}
            </Button>
          ) : null}
        </p>
      ))}
      <ol>
        {hands.map(({ id, name }, index) => (
          <li key={id} data-testid="hand" data-name={name}>
            <span className="hands-place num" aria-hidden="true">
              {index + 1}
            </span>
            <span className="hands-name">{name}</span>
            {calls ? (
              <Button onPress={() => call.order({ type: 'give_floor', id, on: true })} aria-label={t('action.of', { action: t('hand.callUp'), name })} data-testid="give-floor">
                {t('hand.callUp')}
              </Button>
            ) : null}
            {lowers ? (
              <AriaButton className="iconbutton" aria-label={t('hand.lowerName', { name })} onPress={() => call.order({ type: 'lower_hand', ids: [id] })}>
                <ArrowDown size={18} aria-hidden="true" />
              </AriaButton>
            ) : null}
          </li>
        ))}
      </ol>
      {hands.length > 1 ? (
        <div className="hands-all">
          {calls ? (
            <Button look="main" onPress={() => call.order({ type: 'give_floor', on: true })} data-testid="next-floor">
              {t('hand.next')}
            </Button>
          ) : null}
          {lowers ? <Button onPress={() => call.order({ type: 'lower_hand', all: true })}>{t('hand.lowerAll')}</Button> : null}
        </div>
      ) : null}
    </section>
  );
}
