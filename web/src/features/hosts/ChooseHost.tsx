import { useState, type FormEvent } from 'react';
import { rest } from '../../api';
import { Button, Search, type Found } from '../../ui';
import { RefusalNote, useTask } from '../refusal';
import { w } from './words';
import './hosts.css';

export interface ChooseHostProps {
  /** what the button says */
  readonly label: string;
  readonly testId: string;
  /** gets the id of an account, or an address that was written whole */
  readonly onChoose: (account: string) => Promise<void>;
  /** it gives something away */
  readonly danger?: boolean;
}

/** Somebody who may hold meetings: offered by the beginning of a name, or written whole. Nobody gets a list of all. */
export function ChooseHost({ label, testId, onChoose, danger = false }: ChooseHostProps) {
  const [text, setText] = useState('');
  const [chosen, setChosen] = useState<Found>();
  const task = useTask();
  const write = (next: string, one?: Found) => {
    setText(next);
    setChosen(one);
  };
  const account = chosen?.id ?? (text.includes('@') ? text.trim() : '');
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    if (account !== '' && (await task.run(() => onChoose(account)))) write('');
  };
  return (
    <form className="stack" onSubmit={(event) => void submit(event)}>
      <div className="choose-host">
        <Search label={w('who')} hint={chosen?.line ?? w('hint')} text={text} chosen={chosen} onChange={write} find={findHosts} testId={`${testId}-who`} />
        <Button type="submit" look={danger ? 'danger' : 'plain'} isDisabled={task.busy || account === ''} data-testid={`${testId}-submit`}>
          {label}
        </Button>
      </div>
      <RefusalNote problem={task.problem} />
    </form>
  );
}

/** The server finds nobody by less than two characters. */
async function findHosts(text: string): Promise<readonly Found[]> {
  if (text.trim().length < 2) return [];
  const { hosts } = await rest('findHosts', { text });
  return hosts.map(({ id, name, email }) => ({ id, label: name, line: email }));
}
