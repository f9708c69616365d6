import { useState, type FormEvent } from 'react';
import { Refused, rest, type AccountSlip, type Fault } from '../../api';
import { Actions, Button, Dialog, Select, TextArea } from '../../ui';
import { RefusalNote, useTask } from '../refusal';
import { w } from './words';

/** Many accounts from a list, all of them or none; every mistake is named with its line. */
export function ImportAccounts({ isOpen, onClose, onMade }: { readonly isOpen: boolean; readonly onClose: () => void; readonly onMade: (slips: readonly AccountSlip[]) => void }) {
  return (
    <Dialog title={w('addMany')} isOpen={isOpen} onClose={onClose} wide testId="import-accounts">
      <Form onClose={onClose} onMade={onMade} />
    </Dialog>
  );
}

function Form({ onClose, onMade }: { readonly onClose: () => void; readonly onMade: (slips: readonly AccountSlip[]) => void }) {
  const [list, setList] = useState('');
  const [days, setDays] = useState('7');
  const task = useTask();
  const submit = (event: FormEvent) => {
    event.preventDefault();
    void task.run(async () => onMade((await rest('importAccounts', { list, days: Number(days) })).slips));
  };
  const faults = task.problem instanceof Refused ? task.problem.faults : [];
  return (
    <form className="stack" onSubmit={submit}>
      <TextArea label={w('list')} value={list} onChange={setList} rows={8} hint={w('listHint')} placeholder={'email,name,rolle\nada@example.org,Ada Lovelace,leitung'} testId="import-list" />
      <label className="button button-plain admin-file">
        {w('listFile')}
        <input className="unseen" type="file" accept=".csv,.txt,text/csv,text/plain" onChange={(event) => void event.target.files?.[0]?.text().then(setList)} />
      </label>
      <Select label={w('listDays')} value={days} onChange={setDays} options={['1', '3', '7', '14'].map((id) => ({ id, label: w('listDay', { n: Number(id) }) }))} />
      <RefusalNote problem={task.problem} />
      {faults.length > 0 ? (
        <ul className="admin-faults" data-testid="import-faults">
          {faults.map((fault) => (
            <li key={`${fault.line} ${fault.column} ${fault.code}`}>{faultText(fault)}</li>
          ))}
        </ul>
      ) : null}
      <Actions>
        <Button type="submit" look="main" isDisabled={task.busy || list.trim() === ''} data-testid="import-submit">
          {w('listRead')}
        </Button>
        <Button onPress={onClose}>{w('cancel')}</Button>
      </Actions>
    </form>
  );
}

/** "Zeile 3, Zeichen 17: ..." */
function faultText({ line, column, code, value = '' }: Fault): string {
  const what = w(`fault.${code}`, { value });
  return column ? w('listFaultAt', { line, column, what }) : w('listFault', { line, what });
}
