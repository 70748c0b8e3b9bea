import { readFileSync } from "node:fs";
import { registerHooks } from "node:module";
import { fileURLToPath } from "node:url";
import type { InjectedBug } from "./bug.ts";
import { faults } from "./table.ts";

const root = new URL("../../../", import.meta.url);

/** Finds a fault of the table and checks that its place still exists, exactly once. */
export function findBug(name: string): InjectedBug {
  const fault = faults.find((one) => one.name === name);
  if (fault === undefined)
    throw new Error(`there is no fault ${name}; there are ${faults.map((one) => one.name).join(", ")}`);
  change(fault, readFileSync(new URL(fault.file, root), "utf8"));
  return fault;
}

/** From now on the file of a fault is loaded with the fault in it. Must come before anything loads the file. */
export function injectBug(name: string): void {
  const fault = findBug(name);
  const url = new URL(fault.file, root).href;
  registerHooks({
    load(wanted, context, nextLoad) {
      const loaded = nextLoad(wanted, context);
      if (wanted !== url) return loaded;
      return { ...loaded, source: change(fault, readFileSync(fileURLToPath(wanted), "utf8")) };
    },
  });
}

function change({ name, file, from, to }: InjectedBug, source: string): string {
  if (source.split(from).length !== 2)
    throw new Error(
      `fault ${name} no longer fits ${file}: ${JSON.stringify(from)} must be there exactly once`,
    );
  return source.replace(from, () => to);
}
