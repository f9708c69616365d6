import type { CallView, News } from '../../call';
import { t } from '../../i18n';
import { useValue } from '../../value';

/** Tells a screen reader what eyes see: who came, who went, who wrote. */
export function Announcer({ call }: { readonly call: CallView }) {
  const news = useValue(call.news);
  return (
    <div className="unseen" role="status" aria-live="polite" data-testid="news">
      {sentences(news).join('. ')}
    </div>
  );
}

export function sentences(news: News): readonly string[] {
  const said: string[] = [];
  const [came] = news.joined;
  const [went] = news.left;
  if (came !== undefined) said.push(news.joined.length === 1 ? t('news.joined', { name: came }) : t('news.joinedMany', { n: news.joined.length }));
  if (went !== undefined) said.push(news.left.length === 1 ? t('news.left', { name: went }) : t('news.leftMany', { n: news.left.length }));
  if (news.messageFrom !== undefined) said.push(t('news.message', { name: news.messageFrom }));
  return said;
}
