import Table from "cli-table3";
import { knownWithoutBehaviour, modelled } from "../local/template/resources.ts";
import { command, runCommand } from "./fail.ts";

/** `npm run model`: what of a template the local engine models. Everything else is refused by name. */
await runCommand(() => {
  command(
    "model",
    "What of the template the local engine models; it refuses everything else by name",
  ).parse();
  const look = { wordWrap: true, colWidths: [36, 84], style: { head: [], border: [] } };
  const behaving = new Table({ head: ["modelled", "properties"], ...look });
  for (const [type, schema] of Object.entries(modelled))
    behaving.push([type, Object.keys(schema.shape).join(", ")]);
  const known = new Table({ head: ["known, without behaviour", "why"], ...look });
  for (const [type, why] of Object.entries(knownWithoutBehaviour)) known.push([type, why]);
  process.stdout.write(`${behaving.toString()}\n${known.toString()}\n`);
});
