import type { Access } from "../iam.ts";

/** A call that a function made of this machine's AWS, and that was allowed. */
export interface AwsCall {
  /** The access key id of the function, see accessKeyOf. */
  readonly accessKeyId: string;
  /** What was asked for; a batch of messages is one call. */
  readonly accesses: readonly Access[];
  /** Size of the request's body. */
  readonly request_bytes: number;
  /** Size of the answer's body; 0 when the server does not say. */
  readonly answer_bytes: number;
}
