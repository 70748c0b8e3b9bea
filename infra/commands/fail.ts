import { debuglog } from "node:util";
import { Command, CommanderError } from "commander";

/** What a user can put right: its message is one sentence that says what was wrong, where, and what to do. */
export class CommandFailure extends Error {
  override readonly name = "CommandFailure";
}

/** A command of the product: wrong usage is thrown to `runCommand` instead of being printed by the parser. */
export function command(name: string, description: string): Command {
  return new Command(name)
    .description(description)
    .exitOverride()
    .configureOutput({ writeErr: () => undefined })
    .allowExcessArguments(false);
}

/**
 * Runs a command. Whatever it throws becomes one sentence on stderr and a non-zero exit code, without a stack
 * trace; NODE_DEBUG=vigil adds the trace. The exit code is set, not forced, so that pending output is written.
 */
export async function runCommand(main: () => Promise<void> | void): Promise<void> {
  process.stdout.on("error", leaveWhenNobodyReads);
  try {
    await main();
  } catch (error) {
    process.exitCode = report(error);
  }
}

function report(error: unknown): number {
  if (error instanceof CommanderError && error.exitCode === 0) return 0;
  debuglog("vigil")("%o", error);
  process.stderr.write(`error: ${sentence(error)}\n`);
  return error instanceof CommanderError ? error.exitCode : 1;
}

function sentence(error: unknown): string {
  const message = error instanceof Error ? error.message || error.name : String(error);
  return message.replace(/^error: /, "").replace(/\s*\n\s*/g, " ");
}

/** `npm run preview | head` closes our stdout; that is the reader's wish, not an error. */
function leaveWhenNobodyReads(error: NodeJS.ErrnoException): void {
  if (error.code !== "EPIPE") throw error;
  process.exit(process.exitCode ?? 0);
}
