import { listBackups } from "../../../shared/api/operations/cbr/backups.ts";
import { listVaults } from "../../../shared/api/operations/cbr/vaults.ts";

/** What a preview of a live project calls at the provider, in the role that may only look. */
export const operations = { listBackups, listVaults };
