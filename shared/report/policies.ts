import type { Ledger } from "../ledger/ledger.ts";
import { standingsOf } from "../policies/standing.ts";
import type { PolicyCoverage, WaitingApproval } from "./schema.ts";

/** How the policies of a project stand, and the changes of them that wait for a person. */
export async function readPolicies(
  ledger: Ledger,
  project: string,
): Promise<{ readonly policies: readonly PolicyCoverage[]; readonly approvals: readonly WaitingApproval[] }> {
  const standings = (await Array.fromAsync(standingsOf(ledger, project))).map(({ value }) => value);
  return {
    policies: standings.map(({ policy, problem, drift }) => ({ policy, problem, drift })),
    approvals: standings.flatMap(({ policy, pending, hash }) =>
      hash === null
        ? []
        : [
            {
              kind: "policy change",
              hash,
              subject: `policy ${policy}`,
              reason: pending
                .map(({ field, wanted, actual }) => `${field}: ${actual} should be ${wanted}`)
                .join("; "),
              command: `npm run operate -- approve ${hash}`,
            },
          ],
    ),
  };
}
