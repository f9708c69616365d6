// What people of any SDK do together. A person has a name and look(), say(text, reliable): see livekit.mjs and guests.mjs.
import { until } from './probe.mjs';

/** Waits for an event of this form. */
export function told(person, form, limit = soon()) {
  return until(`${form} at ${person.name}`, async () => {
    const { events } = await person.look();
    if (events.some((one) => form.test(one))) return true;
    throw new Error(`only ${events}`);
  }, limit - Date.now());
}

/** The moment until which a test waits. */
export function soon() {
  return Date.now() + 20_000;
}

/**
 * Waits until each of the people sees, hears and reads each other, from now on. A text that did not arrive is said
 * again: livekit-client says that it is back a moment before it sends, and forgets what it was given meanwhile.
 */
export async function meet(people, text, limit) {
  const before = await Promise.all(people.map((one) => one.look()));
  await until('all to see, hear and read each other', async () => {
    const now = await Promise.all(people.map((one) => one.look()));
    const lacks = pairs(people).flatMap(([i, j]) => lacking(before[i], now[i], people[j].name, text).map((what) => [i, j, what]));
    if (lacks.length === 0) return true;
    const unread = new Set(lacks.filter(([, , what]) => what === 'data').map(([, j]) => people[j]));
    await Promise.all([...unread].map((one) => one.say(text, true)));
    throw new Error(lacks.map(([i, j, what]) => `${people[i].name} lacks ${what} of ${people[j].name}`).join('; '));
  }, limit - Date.now());
}

/** Each with each other, by number. */
const pairs = (people) => people.flatMap((_, i) => people.flatMap((_, j) => (i === j ? [] : [[i, j]])));

/** What somebody did not get of another since they were looked at. */
function lacking(before, now, from, text) {
  const more = (kind) => (now.got[`${from} ${kind}`] ?? 0) > (before.got[`${from} ${kind}`] ?? 0) + 2;
  return [...['audio', 'video'].filter((kind) => !more(kind)), ...(now.data.includes(`${from} ${text}`) ? [] : ['data'])];
}
