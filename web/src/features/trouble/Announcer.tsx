import { useEffect, useState } from 'react';
import type { CallView, News } from '../../call';
import { t } from '../../i18n';
import { useValue } from '../../value';
import { declinedText } from './declined';

/** A note stays this long (milliseconds). */
const SHOW_FOR = 5000;

/** Says in passing who came, who went, who wrote: to eyes and to a screen reader. What the open chat shows is not repeated. */
export function Announcer({ call, chatOpen }: { readonly call: CallView; readonly chatOpen: boolean }) {
  const news = useValue(call.news);
  const declined = useValue(call.declined);
  const newsSeen = useSeen(news);
  const declinedSeen = useSeen(declined);
  const said = sentences(chatOpen ? { ...news, messageFrom: undefined } : news);
  return (
    <div className="news" role="status" aria-live="polite" data-testid="news">
      {newsSeen ? null : said.map((sentence) => <p key={sentence}>{sentence}</p>)}
      {declined && !declinedSeen ? <p data-testid="declined">{t(declinedText(declined))}</p> : null}
    </div>
  );
}

/** Whether something has been shown for long enough. What was there at first counts as seen. */
function useSeen<T>(what: T): boolean {
  const [seen, setSeen] = useState(what);
  useEffect(() => {
    const timer = setTimeout(() => setSeen(what), SHOW_FOR);
    return () => clearTimeout(timer);
  }, [what]);
  return seen === what;
}

export function sentences(news: News): readonly string[] {
  const said: string[] = [];
  const [came] = news.joined;
  const [went] = news.left;
  if (news.back) said.push(t('news.back'));
  if (came !== undefined) said.push(news.joined.length === 1 ? t('news.joined', { name: came }) : t('news.joinedMany', { n: news.joined.length }));
  if (went !== undefined) said.push(news.left.length === 1 ? t('news.left', { name: went }) : t('news.leftMany', { n: news.left.length }));
  if (news.role) said.push(roleText(news.role));
  if (news.hand !== undefined) said.push(t('news.hand', { name: news.hand }));
  if (news.messageFrom !== undefined) said.push(t('news.message', { name: news.messageFrom }));
  if (news.replaced) said.push(t(news.replaced.device === 'camera' ? 'news.camReplaced' : 'news.micReplaced', { label: news.replaced.label }));
  return said;
}

/** What somebody else made of this person. */
function roleText({ role, by }: NonNullable<News['role']>): string {
  const name = by || t('role.owner');
  return role === 'owner' ? t('news.owner', { name }) : t('news.role', { name, role: t(`role.${role}`) });
}
