/** A mistake that somebody could make in our own code, as a change of its text. */
export interface PlantedFault {
  readonly name: string;
  /** What the mistake does. */
  readonly does: string;
  readonly file: string;
  /** Occurs exactly once in the file. */
  readonly from: string;
  readonly to: string;
}

export const faults: readonly PlantedFault[] = [
  {
    name: "post-without-looking",
    does: "posts again after a lost answer without looking whether the first call worked",
    file: "shared/work/decide.ts",
    from: 'return { step: "look" };\n}',
    to: 'return { step: "act" };\n}',
  },
];
