// Choosing somebody who may hold meetings.

export const words = {
  who: 'Name oder E-Mail-Adresse',
  hint: 'Schreiben Sie den Anfang: Angeboten wird, wer hier Konferenzen leiten darf.',
} as const;
