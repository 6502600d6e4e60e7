import { readdirSync, readFileSync } from 'node:fs';

const msPerTick = 10;

interface Stat {
  parent: number;
  ticks: number;
}

/** Processor time (user and system) in milliseconds that these processes and all below them have used so far. */
export function readCpuMs(pids: readonly number[]): number {
  const stats = new Map<number, Stat>();
  for (const name of readdirSync('/proc')) {
    const stat = /^\d+$/.test(name) ? readStat(Number(name)) : undefined;
    if (stat !== undefined) stats.set(Number(name), stat);
  }
  const isOurs = (pid: number): boolean => {
    if (pids.includes(pid)) return true;
    const parent = stats.get(pid)?.parent ?? 0;
    return parent > 1 && isOurs(parent);
  };
  let ticks = 0;
  for (const [pid, stat] of stats) if (isOurs(pid)) ticks += stat.ticks;
  return ticks * msPerTick;
}

/** The fields after the name, which may hold spaces: state, parent, …, utime (12th), stime, and those of ended children. */
function readStat(pid: number): Stat | undefined {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, 'utf8');
    const fields = text
      .slice(text.lastIndexOf(')') + 2)
      .split(' ')
      .map(Number);
    const [utime = 0, stime = 0, cutime = 0, cstime = 0] = fields.slice(11, 15);
    return { parent: fields[1] ?? 0, ticks: utime + stime + cutime + cstime };
  } catch {
    return undefined;
  }
}
