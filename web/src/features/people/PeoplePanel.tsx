import { EyeOff, MicOff } from 'lucide-react';
import { useState } from 'react';
import { isHost, type CallView } from '../../call';
import { meetingUrl } from '../../api';
import { t } from '../../i18n';
import { Button, CopyLink, Panel } from '../../ui';
import { useValue } from '../../value';
import { HandQueue } from '../hands';
import { WaitingList } from '../lobby';
import { PersonRow } from './PersonRow';
import type { Question } from './PersonMenu';
import { HandOverDialog, RemoveDialog, RenameDialog } from './questions';
import './people.css';

export interface PeoplePanelProps {
  readonly call: CallView;
  readonly link: string;
  /** opens the chat with a direct message to somebody */
  readonly onWrite: (id: string) => void;
  readonly onClose: () => void;
}

interface Asked {
  readonly question: Question;
  readonly id: string;
  readonly name: string;
}

/**
 * Who waits, whose hand is up, and everybody who is there. Nobody is hidden from hosts; whom others do not see is counted.
 * Who is in the media room stands here, with or without a name.
 */
export function PeoplePanel({ call, link, onWrite, onClose }: PeoplePanelProps) {
  const tiles = useValue(call.tiles);
  const roster = useValue(call.roster);
  const [asked, setAsked] = useState<Asked>();
  const cameras = tiles.filter((tile) => tile.source === 'camera');
  const sharing = new Set(tiles.filter((tile) => tile.source === 'screen').map((tile) => tile.identity));
  const byId = new Map(roster.people.map((person) => [person.id, person]));
  const ask = (question: Question, id: string) => setAsked({ question, id, name: roster.names.get(id) ?? '' });
  // Whoever has a link of their own must not pass it on; for a consultation everybody has one.
  const { kind } = roster.meeting ?? {};
  const invites = kind === 'discussion' || (isHost(roster.role) && kind !== 'consultation');
  const othersOn = cameras.some((tile) => !tile.muted && !tile.self);
  return (
    <Panel title={t('people.count', { n: roster.people.length + roster.crowd })} onClose={onClose}>
      <div className="people-all">
        <WaitingList call={call} onRename={(id, name) => setAsked({ question: 'rename', id, name })} />
        <HandQueue call={call} />
        <ul className="people">
          {cameras.map((tile) => (
            <PersonRow key={tile.key} call={call} tile={tile} person={byId.get(tile.identity)} sharing={sharing.has(tile.identity)} onWrite={onWrite} onAsk={ask} />
          ))}
          {roster.crowd > 0 ? (
            <li className="people-crowd small soft" data-testid="crowd">
              <EyeOff size={17} aria-hidden="true" />
              {t('people.crowd', { n: roster.crowd })}
            </li>
          ) : null}
        </ul>
        {invites ? (
          <section className="people-invite">
            <h3 className="small">{t('people.invite')}</h3>
            <CopyLink url={meetingUrl(link)} />
          </section>
        ) : null}
      </div>
      {roster.may.has('mute') && othersOn ? (
        <div className="people-foot">
          <Button onPress={() => call.order({ type: 'mute', all: true })} data-testid="mute-all">
            <MicOff size={18} aria-hidden="true" />
            {t('host.muteAll')}
          </Button>
        </div>
      ) : null}
      {asked ? <QuestionDialog call={call} asked={asked} onClose={() => setAsked(undefined)} /> : null}
    </Panel>
  );
}

interface QuestionDialogProps {
  readonly call: CallView;
  readonly asked: Asked;
  readonly onClose: () => void;
}

function QuestionDialog({ call, asked: { question, id, name }, onClose }: QuestionDialogProps) {
  const { meeting } = useValue(call.roster);
  switch (question) {
    case 'rename':
      return <RenameDialog name={name} onRename={(to) => call.order({ type: 'rename', id, name: to })} onClose={onClose} />;
    case 'remove':
      return (
        <RemoveDialog
          name={name}
          open={meeting?.settings.lobby === 'off' && !meeting.locked}
          onRemove={(refuse) => call.order({ type: 'remove', id, refuse })}
          onClose={onClose}
        />
      );
    case 'hand_over':
      return <HandOverDialog name={name} onHandOver={() => call.order({ type: 'hand_over', id })} onClose={onClose} />;
  }
}
