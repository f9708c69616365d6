// Changes a file that somebody wrote without taking their comments and their order away.

import { isMap, parseDocument } from 'yaml';
import type { Assessment, Finding } from './types';

const fileKeys = ['service', 'operator', 'profile', 'date', 'assessor', 'catalogue'] as const;
const findingKeys = ['state', 'evidence', 'note', 'source', 'date', 'expires'] as const;

/** The file with what changed between two assessments; the text is a file of the first one. */
export function rewrite(text: string, before: Assessment, after: Assessment): string {
  const file = parseDocument(text, { uniqueKeys: false });
  for (const key of fileKeys) if (before[key] !== after[key]) file.setIn([key], after[key]);
  if (!isMap(file.get('findings'))) file.set('findings', file.createNode({}));
  for (const [id, finding] of Object.entries(after.findings)) {
    const old = before.findings[id];
    if (!old) {
      file.setIn(['findings', id], file.createNode(inFile(finding)));
      continue;
    }
    for (const key of findingKeys) if (old[key] !== finding[key]) file.setIn(['findings', id, key], finding[key]);
  }
  for (const id of Object.keys(before.findings)) if (!after.findings[id]) file.deleteIn(['findings', id]);
  return file.toString({ lineWidth: 0 });
}

/** What is empty need not stand there. */
function inFile(finding: Finding): Partial<Finding> {
  return Object.fromEntries(findingKeys.filter((key) => finding[key] !== '').map((key) => [key, finding[key]]));
}
