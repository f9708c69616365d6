import { Hourglass, Lock, Mic, MonitorSmartphone, OctagonPause, X } from 'lucide-react';
import { Button as AriaButton } from 'react-aria-components';
import { useEffect, useState } from 'react';
import { isCompanion, isHost, type CallView } from '../../call';
import { clockTime, t, type MessageKey } from '../../i18n';
import { Button } from '../../ui';
import { useValue } from '../../value';

/** What the meeting does with this person: asks it to switch something on, has switched it off, holds everything, ends soon. */
export function ConductBanner({ call }: { readonly call: CallView }) {
  return (
    <div className="banners" role="status">
      <Held call={call} />
      <Asked call={call} />
      <Stopped call={call} />
      <EndsSoon call={call} />
      <Companion call={call} />
      <LockAsked call={call} />
    </div>
  );
}

/** Everything is held: what that means, and the two ways on, in their order. */
function Held({ call }: { readonly call: CallView }) {
  const { meeting, may } = useValue(call.roster);
  if (!meeting?.held) return null;
  return (
    <div className="banner banner-held" data-testid="held">
      <OctagonPause size={22} aria-hidden="true" />
      <p>
        <strong>{t('held.title')}</strong> {t('held.text')}
      </p>
      {may.has('hold') ? (
        <Button look="main" onPress={() => call.order({ type: 'hold', on: false })} data-testid="held-go-on">
          {t('host.goOn')}
        </Button>
      ) : null}
    </div>
  );
}

const questions: Readonly<Record<'microphone' | 'camera' | 'screen', { readonly text: MessageKey; readonly yes: MessageKey }>> = {
  microphone: { text: 'asked.microphone', yes: 'asked.yes' },
  camera: { text: 'asked.camera', yes: 'asked.yes' },
  screen: { text: 'asked.screen', yes: 'asked.share' },
};

/** Nobody is switched on from outside: the person is asked, and may say no without a word. */
function Asked({ call }: { readonly call: CallView }) {
  const asked = useValue(call.asked);
  const { names } = useValue(call.roster);
  const own = useValue(call.own);
  if (!asked || own[asked.device] !== 'off') return null;
  const question = questions[asked.device];
  return (
    <div className="banner banner-asked" data-testid="asked" data-device={asked.device}>
      <Mic size={20} aria-hidden="true" />
      <p>{t(question.text, { name: names.get(asked.by) ?? t('role.owner') })}</p>
      <Button look="main" onPress={() => call.answer(true)} data-testid="asked-yes">
        {t(question.yes)}
      </Button>
      <Button onPress={() => call.answer(false)} data-testid="asked-no">
        {t('asked.no')}
      </Button>
    </div>
  );
}

const stoppedTexts = { microphone: 'stopped.microphone', camera: 'stopped.camera', screen: 'stopped.screen' } as const;

/** Long enough to be read and understood (milliseconds). The button below the tiles goes on showing that the device is off. */
const STOPPED_FOR = 20_000;

/** That a host switched something off: for a while, unless it is put away or switched on again before. */
function Stopped({ call }: { readonly call: CallView }) {
  const stopped = useValue(call.stopped);
  const { names, person } = useValue(call.roster);
  const own = useValue(call.own);
  const [seen, setSeen] = useState<typeof stopped>();
  useEffect(() => {
    const timer = setTimeout(() => setSeen(stopped), STOPPED_FOR);
    return () => clearTimeout(timer);
  }, [stopped]);
  if (!stopped || stopped === seen || stopped.by === person || own[stopped.device] !== 'off') return null;
  return (
    <div className="banner banner-quiet" data-testid="stopped" data-device={stopped.device}>
      <p>{t(stoppedTexts[stopped.device], { name: names.get(stopped.by) ?? t('role.owner') })}</p>
      <AriaButton className="banner-close" aria-label={t('trouble.dismiss')} onPress={() => setSeen(stopped)}>
        <X size={18} aria-hidden="true" />
      </AriaButton>
    </div>
  );
}

/** No host is in, and that has an end. */
function EndsSoon({ call }: { readonly call: CallView }) {
  const { meeting, role } = useValue(call.roster);
  if (meeting?.endsAt === undefined || isHost(role)) return null;
  const back = meeting.settings.hostGone === 'lobby';
  return (
    <div className="banner" data-testid="ends">
      <Hourglass size={18} aria-hidden="true" />
      <p>{t(back ? 'ends.lobby' : 'ends.over', { time: clockTime(meeting.endsAt) })}</p>
    </div>
  );
}

/** Why this device is silent: told once it is in, until it is put away. */
function Companion({ call }: { readonly call: CallView }) {
  const roster = useValue(call.roster);
  const [seen, setSeen] = useState(false);
  if (seen || !isCompanion(roster)) return null;
  return (
    <div className="banner banner-quiet" data-testid="companion">
      <MonitorSmartphone size={18} aria-hidden="true" />
      <p>{t('device.isSecond')}</p>
      <AriaButton className="banner-close" aria-label={t('trouble.dismiss')} onPress={() => setSeen(true)}>
        <X size={18} aria-hidden="true" />
      </AriaButton>
    </div>
  );
}

/** The meeting has run for a while: hosts are asked whether somebody else is to come, where the settings have it so. */
function LockAsked({ call }: { readonly call: CallView }) {
  const { meeting, may } = useValue(call.roster);
  const [declined, setDeclined] = useState(false);
  if (!meeting?.lockAsked || !may.has('lock') || declined) return null;
  return (
    <div className="banner" data-testid="lock-asked">
      <Lock size={18} aria-hidden="true" />
      <p>{t('lock.asked')}</p>
      <Button look="main" onPress={() => call.order({ type: 'lock', on: true })} data-testid="lock-asked-yes">
        {t('host.lock')}
      </Button>
      <Button onPress={() => setDeclined(true)} data-testid="lock-asked-no">
        {t('asked.no')}
      </Button>
    </div>
  );
}
