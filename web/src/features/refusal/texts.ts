import { Refused } from '../../api';
import { failureCode, failureText } from '../../errors';
import { t, words } from '../../i18n';
import { words as de } from './words.de';
import { words as en } from './words.en';

const say = words(de, en);

/** What an error means for a person, in a sentence or two. */
export function refusalText(problem: unknown): string {
  if (!(problem instanceof Refused)) {
    const text = failureText(failureCode(problem));
    if (text.form) return t(text.form);
    return `${t(text.title)}. ${t(text.text, text.values)}`;
  }
  if (problem.code === 'slow_down' && problem.wait > 0) return say('slow_down_wait', { time: waitText(problem.wait) });
  return problem.code in de ? say(problem.code as keyof typeof de) : say('unknown', { code: problem.code });
}

/** "40 Sekunden", "3 Minuten" */
function waitText(seconds: number): string {
  return seconds < 90 ? say('seconds', { n: seconds }) : say('minutes', { n: Math.ceil(seconds / 60) });
}
