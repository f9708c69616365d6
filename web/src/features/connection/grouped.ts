/** "1234 5678", as one reads it out. */
export function grouped(code: string): string {
  return code.replace(/(\d{4})(?=\d)/g, '$1 ');
}
