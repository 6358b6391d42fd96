/** `2026-11-20 09:41 UTC` */
export function absolute(at: string): string {
  return `${at.slice(0, 10)} ${at.slice(11, 16)} UTC`;
}
/** `2026-11-20 09:41:06 UTC` */
export function absoluteSeconds(at: string): string {
  return `${at.slice(0, 10)} ${at.slice(11, 19)} UTC`;
}
/** `09:41:06` */
export function clock(at: string): string {
  return at.slice(11, 19);
}

/** Short and in English; past and future. */
export function relative(at: string, now: number): string {
  const ms = now - Date.parse(at);
  const past = ms >= 0;
  const seconds = Math.round(Math.abs(ms) / 1_000);
  const say = (value: number, unit: string) => (past ? `${value} ${unit} ago` : `in ${value} ${unit}`);
  if (seconds < 5) return 'just now';
  if (seconds < 60) return say(seconds, 's');
  if (seconds < 3_600) return say(Math.floor(seconds / 60), 'min');
  if (seconds < 86_400) return say(Math.floor(seconds / 3_600), 'h');
  const days = Math.floor(seconds / 86_400);
  if (days === 1 && past) return 'yesterday';
  return say(days, 'd');
}

/** `3:41`, or `1:02:03` */
export function minutes(ms: number): string {
  const all = Math.max(0, Math.floor(ms / 1_000));
  const pad = (value: number) => String(value).padStart(2, '0');
  const hours = Math.floor(all / 3_600);
  const rest = `${hours > 0 ? pad(Math.floor((all % 3_600) / 60)) : Math.floor(all / 60)}:${pad(all % 60)}`;
  return hours > 0 ? `${hours}:${rest}` : rest;
}

/** `61 ms`, `1.5 s`, `2:58` */
export function took(ms: number): string {
  if (ms < 1_000) return `${Math.round(ms)} ms`;
  if (ms < 60_000) return `${(ms / 1_000).toFixed(1)} s`;
  return minutes(ms);
}
