import type { Account } from "../../night/account.ts";
import type { Stage } from "../../night/stage.ts";

/** What the estate says about an account's instances. */
export function instancesOf({ estate }: Pick<Stage, "estate">, { name }: Account) {
  return estate.projects.find((project) => project.name === name)?.instances;
}
