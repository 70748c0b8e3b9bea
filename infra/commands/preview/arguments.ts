import * as z from "zod";
import { CommandFailure, command } from "../fail.ts";
import { addPlaceOptions, type PlaceOptions, placeOptions } from "../place/place.ts";

/** A policy and backups that somebody wrote down. */
export interface FileSource {
  readonly policy: string;
  readonly backups: string;
  readonly now: string;
}

/** What a project of a deployment, or of the engine on this machine, has now. */
export interface LiveSource extends PlaceOptions {
  readonly project: string;
  readonly vault?: string | undefined;
  /** Instead of the estate's rules. */
  readonly policy?: string | undefined;
  /** Instead of the present. */
  readonly now?: string | undefined;
}

/** What `npm run preview` was asked. */
export interface PreviewArguments {
  readonly source: FileSource | LiveSource;
  readonly json: boolean;
  /** Show every decision, not only the first of each kind. */
  readonly all: boolean;
  readonly compare:
    | { readonly policy: string; readonly days: number; readonly every_hours: number }
    | undefined;
}

const LONGEST_COMPARISON_DAYS = 366;

const options = placeOptions.extend({
  policy: z.string().optional(),
  backups: z.string().optional(),
  now: z.string().optional(),
  project: z.string().optional(),
  vault: z.string().optional(),
  json: z.boolean().default(false),
  all: z.boolean().default(false),
  compare: z.string().optional(),
  days: wholeNumber("--days", 1, LONGEST_COMPARISON_DAYS),
  every: wholeNumber("--every", 0, 24 * LONGEST_COMPARISON_DAYS),
});

function wholeNumber(option: string, least: number, most: number) {
  const error = `${option} must be a whole number from ${least} to ${most}`;
  return z.coerce.number({ error }).int({ error }).min(least, { error }).max(most, { error });
}

/** Reads the command line. Throws CommanderError or CommandFailure, whose message names the option. */
export function readArguments(argv: readonly string[]): PreviewArguments {
  const program = command(
    "preview",
    "What a retention policy would keep and delete, and why. Nothing is touched.",
  )
    .option("--policy <file>", "JSON file with one operation_definition object")
    .option("--backups <file>", "JSON file with an array of backups, as the provider lists them")
    .option("--project <name>", "instead of a file: the backups that a project of the estate has now")
    .option("--vault <id>", "with --project: one vault of it")
    .option("--now <time>", "the moment to decide at, such as 2026-11-20T08:00:00Z")
    .option("--json", "print the array of decisions as the last line, and nothing for people")
    .option("--all", "list every decision")
    .option("--compare <file>", "another policy: which backups go when under each, and what that frees")
    .option("--days <days>", "how many days the comparison looks ahead", "30")
    .option("--every <hours>", "for the comparison: new backups are made this often; 0 for none", "24");
  addPlaceOptions(program).parse([...argv]);
  const parsed = options.safeParse(program.opts());
  if (!parsed.success) throw new CommandFailure(parsed.error.issues.map(({ message }) => message).join("; "));
  const { compare, days, every, json, all, ...rest } = parsed.data;
  return {
    source: sourceOf(rest),
    json,
    all,
    compare: compare === undefined ? undefined : { policy: compare, days, every_hours: every },
  };
}

type Given = PlaceOptions & {
  [Name in "policy" | "backups" | "now" | "project" | "vault"]?: string | undefined;
};

function sourceOf({ backups, project, ...given }: Given): PreviewArguments["source"] {
  if (project !== undefined) {
    if (backups !== undefined) throw new CommandFailure("give --backups or --project, not both");
    return { ...given, project };
  }
  const liveOnly = ["vault", "estate", "stack", "table", "region"] as const;
  const stray = liveOnly.find((name) => given[name] !== undefined);
  if (stray) throw new CommandFailure(`--${stray} goes with --project, which names the project to look at`);
  return {
    backups: required("backups", backups, " (or --project for the backups that a project has now)"),
    policy: required("policy", given.policy),
    now: required("now", given.now),
  };
}

function required(name: string, value: string | undefined, or = ""): string {
  if (value === undefined) throw new CommandFailure(`required option --${name} is missing${or}`);
  return value;
}
