import * as z from "zod";
import { CommandFailure, command } from "../fail.ts";

/** What `npm run preview` was asked. */
export interface PreviewArguments {
  readonly policy: string;
  readonly backups: string;
  readonly now: string;
  readonly json: boolean;
  /** Show every decision, not only the first of each kind. */
  readonly all: boolean;
  readonly compare:
    | { readonly policy: string; readonly days: number; readonly every_hours: number }
    | undefined;
}

const LONGEST_COMPARISON_DAYS = 366;

const options = z.object({
  policy: z.string(),
  backups: z.string(),
  now: z.string(),
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
    .requiredOption("--policy <file>", "JSON file with one operation_definition object")
    .requiredOption("--backups <file>", "JSON file with an array of backups, as the provider lists them")
    .requiredOption("--now <time>", "the moment to decide at, such as 2026-11-20T08:00:00Z")
    .option("--json", "print the array of decisions as the last line, and nothing for people")
    .option("--all", "list every decision")
    .option("--compare <file>", "another policy: which backups go when under each, and what that frees")
    .option("--days <days>", "how many days the comparison looks ahead", "30")
    .option("--every <hours>", "for the comparison: new backups are made this often; 0 for none", "24")
    .parse([...argv]);
  const parsed = options.safeParse(program.opts());
  if (!parsed.success) throw new CommandFailure(parsed.error.issues.map(({ message }) => message).join("; "));
  const { compare, days, every, ...rest } = parsed.data;
  return {
    ...rest,
    compare: compare === undefined ? undefined : { policy: compare, days, every_hours: every },
  };
}
