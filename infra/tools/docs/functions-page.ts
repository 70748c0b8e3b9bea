import { functions } from "../../../functions/all.ts";
import type { FunctionDefinition, Trigger } from "../../../shared/lambda/definition.ts";

/** docs/functions.md: what calls each function, what it may do and what it sends, from the definitions that the stack is made of. */
export function renderFunctionsPage(): string {
  const all: readonly FunctionDefinition[] = functions;
  return `# Functions

Generated from functions/*/definition.ts by \`npm run docs\`; a test checks that it is current.

${table(["function", "what it does", "called by", "timeout", "memory"], all.map(calledBy))}

## What they may do

At the provider each has the actions of its role (docs/provider-policies); in AWS what is said here and no more.

${table(["function", "role", "operations of the provider", "ledger", "sends", "tells people"], all.map(mayDo))}
`;
}

const calledBy = ({ name, description, trigger, timeout_s, memory_mb }: FunctionDefinition) => [
  name,
  description,
  wordsOf(trigger),
  `${timeout_s} s`,
  `${memory_mb} MB`,
];

function wordsOf(trigger: Trigger): string {
  const event = `\`${trigger.event.name}\``;
  switch (trigger.on) {
    case "schedule":
      return "every_minutes" in trigger
        ? `${event}, every ${trigger.every_minutes} minutes`
        : `${event}, when the estate says`;
    case "queue":
      return `${event}, queue \`${trigger.queue}\`, ${batchOf(trigger)}`;
    case "url":
      return "a request to its address";
    case "asynchronous":
      return `${event}, when somebody sends it`;
  }
}

const batchOf = ({ works, batchSize }: { readonly works: string; readonly batchSize: number }) =>
  batchSize === 1 ? "one at a time" : `up to ${batchSize}, ${works === "each" ? "each alone" : "together"}`;

const mayDo = ({ name, provider, ledger = [], sends = [], ...tells }: FunctionDefinition) => [
  name,
  provider?.role ?? "",
  Object.keys(provider?.operations ?? {})
    .sort()
    .join(", "),
  ledger.join(", "),
  sends.map((event) => `\`${event.name}\``).join(", "),
  [...(tells.notifies || tells.publishes ? ["topic"] : []), ...(tells.publishes ? ["reports"] : [])].join(
    ", ",
  ),
];

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  return [head, head.map(() => "---"), ...rows].map((cells) => `| ${cells.join(" | ")} |`).join("\n");
}
