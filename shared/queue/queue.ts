/** One message, as it travels. */
export interface Message {
  /** The event as JSON text, made by its own `create` (see events/). */
  readonly body: string;
  /** How long the queue keeps it back, in whole seconds, 0 to 900. */
  readonly delay_s?: number;
}

/** One queue to send to. Delivery is at least once and unordered; handlers must not mind. */
export interface Queue {
  /** Resolves when every message is accepted; rejects, naming how many were not, after its own bounded retries. */
  send(messages: readonly Message[]): Promise<void>;
}
