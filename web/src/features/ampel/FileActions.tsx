import { FolderOpen, Printer, RotateCcw, Save } from 'lucide-react';
import { useState } from 'react';
import { FileTrigger } from 'react-aria-components';
import { faultText, type Catalogue, type Fault } from '../../ampel';
import { language } from '../../i18n';
import { Actions, Badge, Button, Dialog, Note } from '../../ui';
import { fileName, type Draft, type DraftState } from './draft';
import { w } from './words';

interface Said {
  readonly text: string;
  readonly faults: readonly Fault[];
}

/** Opens, saves and prints. Files stay on this device. */
export function FileActions({ catalogue, draft, state }: { readonly catalogue: Catalogue; readonly draft: Draft; readonly state: DraftState }) {
  const [said, setSaid] = useState<Said>();
  const [asked, setAsked] = useState<() => void>();
  /** Asks before what is not saved is lost. */
  const carefully = (action: () => void) => (state.saved ? action() : setAsked(() => action));
  const open = async (file: File | undefined) => {
    if (!file) return;
    const faults = await draft.open(file);
    setSaid({ text: w(faults.length > 0 ? 'fileWrong' : 'openedFile', { name: file.name }), faults });
  };
  const save = async () => {
    if (state.assessment.service.trim() === '') return setSaid({ text: w('serviceMissing'), faults: [] });
    const { text, faults } = await draft.text(language);
    if (faults.length > 0) return setSaid({ text: w('saveWrong'), faults });
    download(text, fileName(state.assessment.service));
    draft.keep(text);
    setSaid(undefined);
  };
  return (
    <div className="ampel-actions">
      <FileTrigger acceptedFileTypes={['.yaml', '.yml', 'application/yaml', 'text/yaml']} onSelect={(files) => carefully(() => void open(files?.[0]))}>
        <Button>
          <FolderOpen size={18} aria-hidden="true" />
          {w('open')}
        </Button>
      </FileTrigger>
      <Button onPress={() => void save()} data-testid="ampel-save">
        <Save size={18} aria-hidden="true" />
        {w('save')}
      </Button>
      <Button onPress={() => window.print()}>
        <Printer size={18} aria-hidden="true" />
        {w('print')}
      </Button>
      <Button
        look="quiet"
        onPress={() =>
          carefully(() => {
            draft.startNew();
            setSaid(undefined);
          })
        }
        data-testid="ampel-new"
      >
        <RotateCcw size={18} aria-hidden="true" />
        {w('startNew')}
      </Button>
      <Dialog title={w('lose')} isOpen={asked !== undefined} onClose={() => setAsked(undefined)} asks testId="ampel-lose">
        <p>{w('loseText')}</p>
        <Actions>
          <Button onPress={() => setAsked(undefined)}>{w('keep')}</Button>
          <Button
            look="danger"
            onPress={() => {
              setAsked(undefined);
              asked?.();
            }}
            data-testid="ampel-lose-yes"
          >
            {w('loseYes')}
          </Button>
        </Actions>
      </Dialog>
      {state.saved ? null : <Badge look="warn">{w('unsaved')}</Badge>}
      {said ? (
        <Note look={said.faults.length > 0 ? 'warn' : 'plain'} alert testId="ampel-said">
          <p>{said.text}</p>
          {said.faults.length > 0 ? <Faults catalogue={catalogue} faults={said.faults} /> : null}
        </Note>
      ) : null}
    </div>
  );
}

function Faults({ catalogue, faults }: { readonly catalogue: Catalogue; readonly faults: readonly Fault[] }) {
  return (
    <ul>
      {faults.map((fault, index) => (
        <li key={index}>{w('place', { line: fault.line, column: fault.column, text: faultText(catalogue, language, fault) })}</li>
      ))}
    </ul>
  );
}

/** Hands a text to the browser as a file. */
function download(text: string, name: string): void {
  const address = URL.createObjectURL(new Blob([text], { type: 'application/yaml' }));
  const link = document.createElement('a');
  link.href = address;
  link.download = name;
  link.click();
  URL.revokeObjectURL(address);
}
