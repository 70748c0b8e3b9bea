import { Refusal, type Token, type User } from "./model.ts";
import { day_ms } from "./time.ts";
import type { World } from "./world.ts";

/** Documented: a token is valid for 24 hours. */
const token_life_ms = day_ms;

interface TokenRequest {
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
    value: `MII${world.random.hex(93)}`,
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
