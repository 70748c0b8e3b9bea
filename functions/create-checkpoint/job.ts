import type { checkpointDue } from "../../events/checkpoint-due.ts";
import { ProviderError } from "../../shared/api/provider-error.ts";
import { lookForAttempt } from "../../shared/checkpoints/look.ts";
import { attemptName } from "../../shared/checkpoints/name.ts";
import { isFinal } from "../../shared/checkpoints/settle-slot.ts";
import {
  boundedFailure,
  endWithout,
  isAvailable,
  remaining,
  type Slot,
  slotRecord,
} from "../../shared/checkpoints/slot.ts";
import { projectOf } from "../../shared/estate/find.ts";
import type { ClientOf, Deps, DepsInProject } from "../../shared/lambda/deps.ts";
import { implement } from "../../shared/lambda/implement.ts";
import { measuresOf } from "../../shared/lambda/measures.ts";
import { delays } from "../../shared/work/delays.ts";
import { failureOf, resultOfError } from "../../shared/work/failure.ts";
import { perform } from "../../shared/work/perform.ts";
import type { Performed, Result } from "../../shared/work/result.ts";
import { isOpen } from "../../shared/work/work.ts";
import { definition } from "./definition.ts";

type Provider = ClientOf<typeof definition>;
type InProject = DepsInProject<typeof definition>;
type CheckpointDue = ReturnType<typeof checkpointDue.parse>;

/** What became of a message, and of its slot where that has ended here. */
interface CheckpointPerformed extends Performed {
  readonly ended?: { readonly project: string; readonly failed: boolean };
}

/** Makes one attempt of one slot, exactly once (see shared/work/perform.ts). */
export async function createCheckpointFor(
  message: CheckpointDue,
  deps: Deps<typeof definition>,
): Promise<CheckpointPerformed> {
  const project = projectOf(deps.estate, message.project);
  const provider = await deps.provider(project);
  const inProject: InProject = { ...deps, project, provider };
  const previous = await previousIsOpen(message, inProject);
  const performed = await perform(
    {
      record: slotRecord,
      act: (slot) => post(provider, slot, inProject),
      look: (slot) => look(provider, slot, inProject),
      mayAct(slot, now_ms) {
        if (now_ms >= slot.deadline_at_ms)
          return {
            end: endWithout(slot, "given-up"),
            reason: "the deadline passed before it could be posted",
          };
        return previous ? { until_ms: now_ms + delays.earlierSlot_ms } : undefined;
      },
    },
    inProject,
    { id: message, attempt: message.attempt },
  );
  if (performed.did !== "settled") return performed;
  const ended = await slotRecord.read(deps.ledger, message);
  const failed = ended === undefined || !isAvailable(ended.value);
  return { ...performed, ended: { project: project.name, failed } };
}

/** A slot that no attempt can help any more ends here, unseen by settling: the alarm rings for it all the same. */
export const measure = ({ ended }: CheckpointPerformed) =>
  ended ? measuresOf(ended.project, { SlotsSettled: 1, SlotsFailed: ended.failed ? 1 : 0 }) : [];

/** Whether the slot of an earlier night that was open when this one was planned is open still. */
async function previousIsOpen(message: CheckpointDue, { ledger }: InProject): Promise<boolean> {
  const slot = await slotRecord.read(ledger, message);
  if (!slot?.value.after) return false;
  const previous = await slotRecord.read(ledger, { ...slot.value, scheduled_at: slot.value.after });
  return previous !== undefined && isOpen(previous.value.work);
}

async function post(provider: Provider, slot: Slot, deps: InProject): Promise<Result<Slot>> {
  const { attempt } = slot.work;
  const resources = remaining(slot);
  try {
    const { checkpoint } = await provider.createCheckpoint(
      {
        body: {
          checkpoint: {
            vault_id: slot.vault_id,
            parameters: {
              name: attemptName(slot, attempt),
              description: `Vigil: rule ${slot.rule}, night ${slot.scheduled_at}, attempt ${attempt}`,
              incremental: slot.incremental,
              // The whole vault, as it is now, unless only some of its resources are wanted.
              ...((slot.named || attempt > 1) && { resources }),
            },
          },
        },
      },
      { deadline_ms: deps.lease.deadline_ms },
    );
    // One that bears no id is found missing among the tasks.
    const skipped = (checkpoint.vault?.skipped_resources ?? []).flatMap(({ id, ...why }) =>
      id ? [{ id, ...why }] : [],
    );
    const left = new Set(skipped.map(({ id }) => id));
    const taken = (checkpoint.vault?.resources ?? []).map(({ id }) => id).filter((id) => !left.has(id));
    // Those it left out are the vault's too: without them the slot would look complete.
    const whole = { ...slot, resources: [...new Set([...slot.resources, ...left])] };
    const value = withAttempt(whole, {
      checkpoint_id: checkpoint.id,
      at_ms: deps.clock.now(),
      resources: taken.length > 0 || left.size > 0 ? taken : resources,
    });
    for (const { id, code, reason } of skipped) {
      value.failure[id] = boundedFailure({
        code: code ?? "skipped",
        reason: reason ?? "the provider left it out of the checkpoint",
        attempt,
        final: isFinal(code ?? ""),
      });
    }
    return { result: "accepted", id: checkpoint.id, value, adopted: false };
  } catch (error) {
    return refusal(error, provider, slot, deps);
  }
}

async function refusal(
  error: unknown,
  provider: Provider,
  slot: Slot,
  deps: InProject,
): Promise<Result<Slot>> {
  const result = resultOfError(error);
  if (result.result === "refused") return { ...result, outcome: endWithout(slot, "failed") };
  if (result.result !== "busy") return result;
  // What is in progress may be our own earlier call.
  const found = await look(provider, slot, deps).catch(leaveForLater);
  if (found) return { result: "accepted", id: found.id, value: found.value, adopted: true };
  return nothingLeft(error, slot) ?? result;
}

/** The provider's word for a request none of whose resources can be backed up: now, or at all. */
const noResourceAvailable = "BackupService.0001";
const patience = 3;

/**
 * An attempt for resources that an earlier one left out, refused again and again although nothing runs in the vault:
 * these resources are the reason. An adopted attempt has no answer that would have named them.
 */
function nothingLeft(error: unknown, slot: Slot): Result<Slot> | undefined {
  const { attempt, put_off } = slot.work;
  if (!(error instanceof ProviderError) || error.code !== noResourceAvailable) return undefined;
  if (attempt === 1 || put_off < patience) return undefined;
  const { code, message: reason } = error;
  const refused = remaining(slot).map((id) => [id, boundedFailure({ code, reason, attempt, final: true })]);
  const value = { ...slot, failure: { ...slot.failure, ...Object.fromEntries(refused) } };
  return { result: "refused", outcome: endWithout(slot, "failed"), code, reason, value };
}

/** What could not be looked up is left for later: the call that brought us here had no effect. */
function leaveForLater(error: unknown): undefined {
  failureOf(error);
}

async function look(provider: Provider, slot: Slot, { clock }: InProject) {
  const traces = await lookForAttempt(provider, slot);
  if (!traces) return undefined;
  const value = withAttempt(slot, {
    checkpoint_id: traces.checkpoint_id,
    at_ms: clock.now(),
    // Those without a trace may have been left out; settling finds that out and gives them another attempt.
    resources: [...new Set([...remaining(slot), ...traces.resources])],
  });
  return { id: traces.checkpoint_id, value };
}

function withAttempt(
  slot: Slot,
  accepted: { checkpoint_id: string; at_ms: number; resources: readonly string[] },
): Slot {
  const { attempt } = slot.work;
  const resources = [...accepted.resources];
  return {
    ...slot,
    // A vault may have gained resources since the night was planned.
    resources: [...new Set([...slot.resources, ...resources])],
    failure: { ...slot.failure },
    attempts: [
      ...slot.attempts.map((earlier) => ({ ...earlier, resources: [] })),
      { ...accepted, resources, attempt, name: attemptName(slot, attempt) },
    ],
  };
}

export const implementation = implement(definition, createCheckpointFor, { measure });
