import { readFileSync } from "node:fs";

/**
 * The most resident memory that this process has had, in MB. Linux hands the count of `resourceUsage` down from the
 * process that forked this one, so its own record is read where there is one.
 */
export function peakMemory_mb(): number {
  try {
    const status = readFileSync("/proc/self/status", "utf8");
    return Number(/^VmHWM:\s+(\d+) kB$/m.exec(status)?.[1]) / 1024;
  } catch {
    return process.resourceUsage().maxRSS / 1024;
  }
}
