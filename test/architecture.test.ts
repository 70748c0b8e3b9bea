import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { dirname, join } from "node:path/posix";
import { describe, expect, test } from "vitest";
import { functions } from "../functions/all.ts";

const root = join(import.meta.dirname, "..");
const files = execFileSync(
  "git",
  ["ls-files", "--cached", "--others", "--exclude-standard", "*.ts", "*.tsx"],
  {
    cwd: root,
    encoding: "utf8",
  },
)
  .split("\n")
  .filter((file) => /^(events|functions|infra|shared|test)\//.test(file) && !file.endsWith(".d.ts"));
const source = new Map(files.map((file) => [file, readFileSync(join(root, file), "utf8")]));

/** Our own files that a file imports, types included. */
function importsOf(file: string): string[] {
  const text = source.get(file) ?? "";
  const specifiers = [...text.matchAll(/(?:from|import\()\s*"(\.{1,2}\/[^"]+)"/g)].map(
    (match) => match[1] ?? "",
  );
  return specifiers.map((specifier) => join(dirname(file), specifier));
}

const within = (folder: string) => files.filter((file) => file.startsWith(`${folder}/`));
/** The functions' folders. */
const folders = [...new Set(within("functions").map((file) => file.split("/")[1] ?? ""))].filter(
  (name) => !name.endsWith(".ts"),
);
const strangers = (folder: string, allowed: RegExp) =>
  within(folder).flatMap((file) =>
    importsOf(file)
      .filter((imported) => !allowed.test(imported))
      .map((imported) => `${file} imports ${imported}`),
  );

/** The room that a file stands in: a folder of shared/, of infra/ or of infra/local/, or the whole top level folder. */
function roomOf(file: string): string {
  const folders = dirname(file).split("/");
  if (folders[0] === "functions") return folders.slice(0, 2).join("/");
  const depth = folders[0] === "shared" ? 2 : folders[0] === "infra" && folders[1] === "local" ? 3 : 2;
  return folders[0] === "events" ? "events" : folders.slice(0, depth).join("/");
}

/** What `of` is reached from again by its own arrows: the first circle that is found, or none. */
function circle(arrows: ReadonlyMap<string, ReadonlySet<string>>): string[] {
  const done = new Set<string>();
  const visit = (node: string, path: readonly string[]): string[] => {
    if (path.includes(node)) return [...path.slice(path.indexOf(node)), node];
    if (done.has(node)) return [];
    for (const next of arrows.get(node) ?? []) {
      const found = visit(next, [...path, node]);
      if (found.length > 0) return found;
    }
    done.add(node);
    return [];
  };
  for (const node of arrows.keys()) {
    const found = visit(node, []);
    if (found.length > 0) return found;
  }
  return [];
}

describe("rooms", () => {
  test("form layers: no imports go round in a circle, neither between rooms nor between files", () => {
    const ofFiles = new Map(files.map((file) => [file, new Set(importsOf(file))]));
    const ofRooms = new Map<string, Set<string>>();
    for (const file of files.filter((one) => !one.startsWith("test/"))) {
      const room = ofRooms.get(roomOf(file)) ?? new Set();
      ofRooms.set(roomOf(file), room);
      for (const imported of importsOf(file))
        if (roomOf(imported) !== roomOf(file)) room.add(roomOf(imported));
    }
    expect(ofRooms.size).toBeGreaterThan(30);
    expect({ rooms: circle(ofRooms), files: circle(ofFiles) }).toEqual({ rooms: [], files: [] });
  });
  test("events/ imports nothing of ours", () => {
    expect(strangers("events", /^events\//)).toEqual([]);
  });
  test("shared/ imports events/ and itself", () => {
    expect(strangers("shared", /^(events|shared)\//)).toEqual([]);
  });
  test("functions/ import shared/, events/ and their own folder", () => {
    for (const name of folders) {
      expect(strangers(`functions/${name}`, new RegExp(`^(events|shared|functions/${name})/`))).toEqual([]);
    }
  });
  test("infra/ imports of the functions only what they declare", () => {
    expect(strangers("infra", /^(events|shared|infra)\/|^functions\/(all|[^/]+\/definition)\.ts$/)).toEqual(
      [],
    );
  });
  test("functions/ are all in the list that the stack is made of; a definition imports no job", () => {
    expect(functions.map(({ name }) => name).sort()).toEqual(folders.toSorted());
    const definitions = within("functions").filter((file) => file.endsWith("/definition.ts"));
    const allowed = /^(events|shared\/(api|lambda))\//;
    expect(definitions.flatMap(importsOf).filter((imported) => !allowed.test(imported))).toEqual([]);
  });
  test("nothing that is deployed or deploys imports the jobs of all functions together", () => {
    const all = files.filter((file) => !file.startsWith("test/"));
    expect(all.flatMap(importsOf).filter((imported) => imported === "functions/implemented.ts")).toEqual([]);
  });
  test("the stand-in cloud stays independent of the product's own decisions", () => {
    const product = /^shared\/(retention|work|checkpoints|prune|instances|policies|rate|report)\//;
    expect(
      within("infra/local/provider")
        .flatMap(importsOf)
        .filter((imported) => product.test(imported)),
    ).toEqual([]);
  });
  test("nothing imports test/", () => {
    const outside = files.filter((file) => !file.startsWith("test/"));
    expect(outside.flatMap(importsOf).filter((imported) => imported.startsWith("test/"))).toEqual([]);
  });
  test("retention is pure: no module of Node, no service of ours", () => {
    const impure = within("shared/retention").filter((file) => /from "node:/.test(source.get(file) ?? ""));
    expect([...impure, ...strangers("shared/retention", /^shared\/(retention|api\/time\.ts)/)]).toEqual([]);
  });
});

/** A call that must not be made, where it may be made all the same, and what to use instead. */
const banned: { call: RegExp; only: RegExp; instead: string }[] = [
  { call: /\bDate\.now\(\)/, only: /^(infra|test)\/|^shared\/core\/clock\.ts/, instead: "clock.now()" },
  { call: /\bnew Date\(\)/, only: /^(infra|test)\//, instead: "new Date(clock.now())" },
  { call: /\bMath\.random\(\)/, only: /^shared\/core\/random\.ts/, instead: "random.fraction()" },
  { call: /\brandomUUID\(\)/, only: /^(infra|test)\/|^shared\/core\/random\.ts/, instead: "random.id()" },
  {
    call: /\bset(Timeout|Interval)\(/,
    only: /^(infra|test)\/|^shared\/(core\/clock\.ts|pages\/)/,
    instead: "clock.after()",
  },
  { call: /0\.0\.0\.0/, only: /^test\//, instead: "127.0.0.1" },
];

describe("calls", () => {
  test.each(banned)("$call is not made; use $instead", ({ call, only }) => {
    const made = files.filter((file) => !only.test(file) && call.test(source.get(file) ?? ""));
    expect(made.filter((file) => file !== "test/architecture.test.ts")).toEqual([]);
  });
});
