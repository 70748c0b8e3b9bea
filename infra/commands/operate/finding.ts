/** One thing that was looked at. */
export interface Finding {
  readonly state: "well" | "look" | "wrong";
  /** What it is, and what to do when it is not well. */
  readonly text: string;
}

export const well = (text: string): Finding => ({ state: "well", text });
export const look = (text: string): Finding => ({ state: "look", text });
export const wrong = (text: string): Finding => ({ state: "wrong", text });

export const reasonOf = (error: unknown) => (error instanceof Error ? error.message : String(error));

const signs = { well: "ok   ", look: "look ", wrong: "WRONG" } as const;

export function doctorLines(findings: readonly Finding[]): string[] {
  const count = findings.filter(({ state }) => state === "wrong").length;
  return [
    ...findings.map(({ state, text }) => `${signs[state]} ${text}`),
    count === 0 ? "Nothing is wrong." : `${count} ${count === 1 ? "thing is" : "things are"} wrong.`,
  ];
}
