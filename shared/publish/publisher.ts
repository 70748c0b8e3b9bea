/** A message for people, or for the systems that wait for our events, sent to the notification topic. */
export interface Notification {
  readonly subject: string;
  /** What happened, where, and what to do. */
  readonly text: string;
  /** Where people find all of it when the text is too long for the topic: a link, or a command. */
  readonly more?: string;
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
  /** Sends again what was kept because the topic did not take it, oldest first. Absent where nothing is kept. */
  deliverAgain?(): Promise<number>;
}

/** The way out to people: the notification topic and the report storage. */
export interface Publisher extends Notifier {
  store(document: Document): Promise<void>;
  /** Where people find a document of this name. */
  placeOf(name: string): string;
}

/** SNS takes 262,144 bytes a message, attributes included. */
const mostText_bytes = 250_000;
/** Kept for the line that says what is missing. */
const ending_bytes = 2_000;
/** SNS takes 100 characters of ASCII without line breaks. */
const mostSubject_characters = 100;

/** The notification as the topic takes it: its subject in one line of ASCII, its text cut at the end of a line. Pure. */
export function fitted(notification: Notification): Notification {
  const { text, more = "the coverage report has all of them" } = notification;
  const subject = notification.subject.replace(/[^\x20-\x7e]/g, "?").slice(0, mostSubject_characters);
  if (Buffer.byteLength(text) <= mostText_bytes) return { ...notification, subject };
  const lines = text.split("\n");
  const kept: string[] = [];
  let left_bytes = mostText_bytes - ending_bytes;
  for (const line of lines) {
    left_bytes -= Buffer.byteLength(line) + 1;
    if (left_bytes < 0) break;
    kept.push(line);
  }
  // A single line of that length is cut where it is.
  if (kept.length === 0) kept.push(text.slice(0, mostText_bytes / 4));
  const ending = `… and ${lines.length - kept.length} more lines; see ${more}`;
  return { ...notification, subject, text: [...kept, ending].join("\n") };
}
