const hour = 1;

/** How old something is, from hours. */
export function age(hours: number | null): string {
  if (hours === null) return "never";
  if (hours < hour) return `${Math.round(hours * 60)} min`;
  if (hours < 48) return `${Math.round(hours * 10) / 10} h`;
  return `${Math.round(hours / 24)} days`;
}

/** Megabytes as people read them. */
export function size(mb: number | null): string {
  if (mb === null) return "unknown";
  if (mb < 1024) return `${Math.round(mb)} MB`;
  if (mb < 1024 * 1024) return `${(mb / 1024).toFixed(1)} GB`;
  return `${(mb / 1024 / 1024).toFixed(1)} TB`;
}

/** A moment in a time zone, `2026-11-21 01:04`. */
export function moment(at: string | null, timeZone: string): string {
  if (at === null) return "";
  const parts = new Intl.DateTimeFormat("sv-SE", {
    timeZone,
    dateStyle: "short",
    timeStyle: "short",
  });
  return parts.format(new Date(at));
}

export function clockTime(at: string | number, timeZone: string): string {
  return new Intl.DateTimeFormat("en-GB", {
    timeZone,
    hour: "2-digit",
    minute: "2-digit",
    second: "2-digit",
  }).format(new Date(at));
}

export const money = (amount: number | null, currency: string | null): string =>
  amount === null ? "no price in the estate" : `${amount.toLocaleString("en")} ${currency ?? ""}`.trim();

export const plural = (count: number, one: string, many = `${one}s`): string =>
  `${count} ${count === 1 ? one : many}`;
