// The period that a new run is proposed for.
const two = (part: number) => String(part).padStart(2, '0');

/** The first day of the month that lies `months` after that of a day. */
export function firstOfMonth(day: string, months: number): string {
  const at = new Date(Date.UTC(Number(day.slice(0, 4)), Number(day.slice(5, 7)) - 1 + months, 1));
  return `${at.getUTCFullYear()}-${two(at.getUTCMonth() + 1)}-01`;
}

/** After the latest run the month that follows it, else the month before today; `to` is the first day not meant. */
export function proposedPeriod(latest: { to: string } | undefined, today: string): { from: string; to: string } {
  const from = latest?.to ?? firstOfMonth(today, -1);
  return { from, to: firstOfMonth(from, 1) };
}
