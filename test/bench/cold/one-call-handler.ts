/** The least function that speaks with anybody: one call to a server on loopback, by what the runtime brings. */
export const handler = async (): Promise<void> => {
  const answer = await fetch(process.env.BENCH_URL ?? "");
  await answer.text();
};
