import { parseRetentionPolicy, type RetentionPolicy } from "../../../shared/retention/policy.ts";
import { CommandFailure } from "../fail.ts";
import { readJson } from "./json-file.ts";

/** Reads a policy file: one operation_definition object. Throws CommandFailure. */
export function readPolicyFile(file: string): RetentionPolicy {
  const content = readJson(file, "the policy file");
  try {
    return parseRetentionPolicy(content);
  } catch (error) {
    throw new CommandFailure(`${file}: ${error instanceof Error ? error.message : error}`);
  }
}
