// What is said when the server did not do what was asked of it. Messages and files say it where they stand.

import type { Declined } from '../../call';
import type { MessageKey } from '../../i18n';

const texts: Readonly<Partial<Record<Declined['code'], MessageKey>>> = {
  not_allowed: 'declined.not_allowed',
  person_unknown: 'declined.person_unknown',
  occupied: 'declined.occupied',
  name_invalid: 'error.name_invalid.title',
  rate_limited: 'declined.rate_limited',
  too_many: 'error.meeting_full.title',
  settings_invalid: 'declined.settings_invalid',
  message_unknown: 'declined.message_unknown',
  token_unknown: 'declined.message_unknown',
};

export function declinedText({ code }: Declined): MessageKey {
  return texts[code] ?? 'declined.other';
}
