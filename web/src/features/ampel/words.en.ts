// English for the Ampel. What results say comes with the catalogue.

import type { de } from './words.de';

export const en: Readonly<Record<keyof typeof de, string>> = {
  title: 'Data-protection Ampel',
  lead: 'Rate a video conferencing service by what you found out about it.',
  loading: 'Loading the criteria …',
  closed: 'The Ampel of this server is for people who are signed in.',
  closedHint: 'Whoever runs the server can open it to everybody with ampel.public.',
  retry: 'Try again',

  tabs: 'Parts of the Ampel',
  tabAssess: 'Rate a service',
  tabCriteria: 'Criteria',
  tabHistory: 'Berlin 2020 and 2021',

  local: 'All stays in this browser: nothing that you enter here goes to the server. Save it as a file.',
  steps: 'Steps',
  stepService: 'Service',
  stepResult: 'Result',
  stepProgress: '{done} of {all}',
  next: 'Next: {step}',
  back: 'Back: {step}',

  service: 'Name of the service',
  serviceMissing: 'Please enter a name.',
  operator: 'Operator',
  assessor: 'Assessed by',
  profile: 'Profile',
  rules: 'Rules',

  open: 'Open a file',
  save: 'Save as a file',
  print: 'Print',
  startNew: 'Start anew',
  openedFile: '{name} is open.',
  fileWrong: '{name} was not opened:',
  saveWrong: 'It cannot be saved like this:',
  place: 'Line {line}, column {column}: {text}',
  unsaved: 'Not saved',

  lights: 'The light now',
  state: 'What did you find?',
  met: 'Met: {green}',
  otherYellow: 'Another defect that can be mended without rebuilding',
  otherRed: 'Another defect that needs rebuilding to mend',
  unknown: 'Not settled yet',
  notApplicable: 'Not applicable',
  details: 'Evidence, note and sources',
  sources: 'Evidence and sources',
  evidence: 'Evidence',
  note: 'Note',
  source: 'Where it is to be read',
  date: 'Found on',
  expires: 'Good until',
  noLink: 'without a public link',

  criteriaFor: 'Severities for the profile',
  results: 'Criteria one by one',
  showAll: 'Also show what is green or not applicable',
  allGreen: 'Nothing keeps the light from green.',
} as const;
