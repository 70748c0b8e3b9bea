import type { AnyOperation } from "../../../shared/api/operation.ts";
import type { Identity } from "./authenticate.ts";
import type { CloudRequest } from "./wire.ts";
import type { Project, User } from "./world/model.ts";
import { Refusal } from "./world/model.ts";
import type { World } from "./world/world.ts";

/** Whose call it is and where it works. */
export interface Scope {
  readonly user: User | undefined;
  /** Empty for calls of the whole account. */
  readonly project_id: string;
  readonly projects: readonly Project[];
}

interface Entering {
  readonly identity: Identity;
  readonly request: CloudRequest;
  readonly operation: AnyOperation;
  readonly path: Readonly<Record<string, string>>;
  readonly anyDomain: boolean;
}

/** Lets the caller into the project (or account) of the request, or refuses it with 403. */
export function enter(world: World, entering: Entering): Scope {
  const { identity, operation } = entering;
  const { user } = identity;
  const projects = user.projects
    .map((id) => world.projects.get(id))
    .filter((project) => project !== undefined);
  if (operation.scope === "account") {
    checkDomain(entering);
    return { user, project_id: "", projects };
  }
  const project_id = projectOf(entering);
  if (!projects.some(({ id }) => id === project_id)) {
    throw new Refusal("APIGW.0302", "The project is not one of the user's.");
  }
  return { user, project_id, projects };
}

function projectOf({ identity, request, path }: Entering): string {
  const sent = request.headers["x-project-id"];
  const bound = identity.token_project_id;
  const named = path.project_id ?? sent ?? bound ?? identity.user.projects[0] ?? "";
  if (sent !== undefined && sent !== named) {
    throw new Refusal("APIGW.0302", "X-Project-Id is not the project of the path.");
  }
  if (bound !== undefined && bound !== named) {
    throw new Refusal("APIGW.0302", "The token is for another project.");
  }
  return named;
}

function checkDomain({ identity, request, path, anyDomain }: Entering): void {
  const { domain_id } = path;
  if (domain_id === undefined) return;
  const sent = request.headers["x-domain-id"];
  if (sent !== undefined && sent !== domain_id) {
    throw new Refusal("APIGW.0302", "X-Domain-Id is not the account of the path.");
  }
  if (!anyDomain && domain_id !== identity.user.domain_id) {
    throw new Refusal("APIGW.0302", "The account is not the user's.");
  }
}
