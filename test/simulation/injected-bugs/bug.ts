/** A mistake that somebody could make in our own code, as a change of its text. */
export interface InjectedBug {
  readonly name: string;
  /** What the mistake does. */
  readonly does: string;
  readonly file: string;
  /** Occurs exactly once in the file. */
  readonly from: string;
  readonly to: string;
  /** The first generation of the world that plays what shows it. Default: any. */
  readonly world?: number;
}
