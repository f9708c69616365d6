import { Copy } from 'lucide-react';
import { useCallback } from 'react';
import { rest } from '../../api';
import { language } from '../../i18n';
import { Button, Skeleton, TextArea } from '../../ui';
import { RefusalNote, useLoaded } from '../refusal';
import { copy } from './MeetingRow';
import { w } from './words';

/** The text of an invitation, to be copied into a letter. person: it is for one personal link. */
export function InvitationText({ id, person }: { readonly id: string; readonly person?: string }) {
  const ask = useCallback(async () => (await rest('showInvitation', { id, language, ...(person === undefined ? {} : { person }) })).text, [id, person]);
  const { value: text, problem } = useLoaded(ask);
  if (text === undefined) return problem === undefined ? <Skeleton lines={6} /> : <RefusalNote problem={problem} />;
  return (
    <>
      <TextArea label={w('invitation')} value={text} onChange={() => undefined} rows={12} isReadOnly testId="invitation-text" />
      <div className="buttons">
        <Button onPress={() => void copy(text)} data-testid="invitation-copy">
          <Copy size={18} aria-hidden="true" />
          {w('invitation.copy')}
        </Button>
      </div>
    </>
  );
}
