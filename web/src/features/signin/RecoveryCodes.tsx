import { useState } from 'react';
import { Button, Checkbox } from '../../ui';
import { w } from './words';
import './signin.css';

/** The codes for recovery, which are shown once: to be printed. Nobody goes on by mistake. */
export function RecoveryCodes({ codes, onDone }: { readonly codes: readonly string[]; readonly onDone: () => void }) {
  const [kept, setKept] = useState(false);
  return (
    <div className="stack">
      <h2>{w('codesTitle')}</h2>
      <p>{w('codesLead')}</p>
      <ol className="codes num" data-testid="recovery-codes">
        {codes.map((code) => (
          <li key={code}>
            <code>{code}</code>
          </li>
        ))}
      </ol>
      <Button onPress={() => window.print()}>{w('codesPrint')}</Button>
      <Checkbox isSelected={kept} onChange={setKept}>
        {w('codesDone')}
      </Checkbox>
      <Button look="main" wide isDisabled={!kept} onPress={onDone} data-testid="codes-next">
        {w('codesNext')}
      </Button>
    </div>
  );
}
