import { UserRound } from 'lucide-react';
import './Avatar.css';

/** One or two letters for a name: "Anna Maria Berg" is AB, "Elternteil Nummer 10" is EN. Only letters count. */
export function initials(name: string): string {
  const letters = name.split(/\s+/).flatMap((word) => /\p{L}/u.exec(word)?.[0] ?? []);
  const last = letters.length > 1 ? letters.at(-1) : undefined;
  return [letters[0], last].join('').toLocaleUpperCase();
}

/** Initials on a quiet ground: what stands where no picture is. */
export function Avatar({ name, small = false }: { readonly name: string; readonly small?: boolean }) {
  return (
    <span className={small ? 'avatar avatar-small' : 'avatar'} aria-hidden="true">
      {initials(name) || <UserRound size="55%" />}
    </span>
  );
}
