/** A message for people, or for the systems that wait for our events, sent to the notification topic. */
export interface Notification {
  /** At most 100 characters, ASCII, one line: SNS refuses anything else. */
  readonly subject: string;
  /** What happened, where, and what to do. */
  readonly text: string;
  /** Message attributes that subscribers filter by, for example `{ kind: "night-summary", project: "demo" }`. */
  readonly attributes: Readonly<Record<string, string>>;
}

/** A document for the report bucket. */
export interface Document {
  /** The object's key, for example `reports/2026-11-21/coverage.json`. */
  readonly name: string;
  readonly contentType: string;
  readonly body: string | Uint8Array;
}

/** The notification topic. */
export interface Notifier {
  notify(notification: Notification): Promise<void>;
}

/** The way out to people: the notification topic and the report storage. */
export interface Publisher extends Notifier {
  store(document: Document): Promise<void>;
  /** Where people find a document of this name. */
  placeOf(name: string): string;
}
