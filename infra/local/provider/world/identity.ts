import { Refusal } from "./model.ts";
import { day_ms, type Moment } from "./time.ts";
import type { World } from "./world.ts";

export interface Project {
  readonly id: string;
  readonly name: string;
  readonly domain_id: string;
}

export interface User {
  readonly id: string;
  readonly name: string;
  readonly password: string;
  readonly domain_id: string;
  readonly domain_name: string;
  /** The projects it may enter. */
  readonly projects: readonly string[];
  /** Actions a policy grants it, exact or ending in `*`; `["*"]` for an administrator. */
  allowed: readonly string[];
}

export interface AccessKey {
  readonly ak: string;
  readonly sk: string;
  readonly user_id: string;
  /** Temporary keys carry a token that every request must show, and end. */
  readonly security_token?: string | undefined;
  readonly expires?: Moment | undefined;
}

/** An IAM token: whose it is, where it is valid, until when. */
export interface Token {
  readonly value: string;
  readonly user: User;
  readonly project_id: string | undefined;
  readonly issued: Moment;
  readonly expires: Moment;
}

/** Documented: a token is valid for 24 hours. */
const token_life_ms = day_ms;

export interface TokenRequest {
  /** Name or id. */
  readonly user: string;
  readonly password: string;
  /** The account's name or id; any when undefined. */
  readonly domain: string | undefined;
  /** A project's name or id; undefined for a token of the whole account. */
  readonly project: { readonly name?: string | undefined; readonly id?: string | undefined } | undefined;
}

export function issueToken(world: World, request: TokenRequest): Token {
  const user = [...world.users.values()].find(
    ({ id, name, domain_name, domain_id }) =>
      (name === request.user || id === request.user) &&
      (request.domain === undefined || domain_name === request.domain || domain_id === request.domain),
  );
  if (user === undefined || user.password !== request.password) {
    throw new Refusal("401", "The username or password is wrong.");
  }
  const token: Token = {
    value: `MII${world.chance.hex(93)}`,
    user,
    project_id: request.project === undefined ? undefined : projectOf(world, user, request.project).id,
    issued: world.now,
    expires: world.now + token_life_ms,
  };
  world.tokens.set(token.value, token);
  world.agenda.at(token.expires, () => world.tokens.delete(token.value));
  return token;
}

function projectOf(world: World, user: User, wanted: { name?: string | undefined; id?: string | undefined }) {
  const project = user.projects
    .map((id) => world.projects.get(id))
    .find((known) => known !== undefined && (known.id === wanted.id || known.name === wanted.name));
  if (project === undefined) throw new Refusal("401", "The project of the scope is not one of the user's.");
  return project;
}

/** Whether a policy of the user allows the action; an operation without a documented action is open to all. */
export function mayDo(user: User, action: string | undefined): boolean {
  if (action === undefined) return true;
  return user.allowed.some((granted) =>
    granted.endsWith("*") ? action.startsWith(granted.slice(0, -1)) : granted === action,
  );
}
