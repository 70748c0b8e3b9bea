import { listVaults } from "../../shared/api/operations/cbr/vaults.ts";

/** What this function calls at the provider, and so what its role must allow. */
export const operations = { listVaults };
