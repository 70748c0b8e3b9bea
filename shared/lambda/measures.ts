/**
 * Every metric that Vigil writes, with its unit and what it says. Each is kept by project, but for those of notifications,
 * which may be anybody's; alarms and the dashboard read them by these names.
 */
export const metrics = {
  SlotsPlanned: { unit: "Count", says: "vaults that a night's rule selected" },
  SlotsSkipped: { unit: "Count", says: "selected vaults whose state forbids a backup" },
  SlotsSettled: { unit: "Count", says: "slots whose end is known, good or bad" },
  SlotsFailed: {
    unit: "Count",
    says: "slots that ended without a checkpoint, or with one that lacks resources",
  },
  SlotsStuck: { unit: "Count", says: "slots given up because a task of the provider hangs" },
  SlotsOpen: { unit: "Count", says: "slots that are under way" },
  SlotsLate: { unit: "Count", says: "slots that are open although their night's deadline has passed" },
  NightsEmpty: { unit: "Count", says: "open nights whose rule selected no vault" },
  NightsBackfilled: { unit: "Count", says: "nights whose schedule did not fire, backfilled later" },
  ProjectsSettled: { unit: "Count", says: "1 for each run that could look after the project" },
  ProjectsFailed: { unit: "Count", says: "1 for each run that could not look after the project" },
  NotificationsUndelivered: {
    unit: "Count",
    says: "notifications that the topic did not take, to be sent again",
  },
  BackupsKept: { unit: "Count", says: "backups that a pruning plan keeps by rule" },
  BackupsExpired: { unit: "Count", says: "backups that a pruning plan deletes" },
  BackupsRefused: { unit: "Count", says: "backups that no rule keeps and that may not go all the same" },
  BackupsPaused: { unit: "Count", says: "backups whose pruning is paused: the newest good one is too old" },
  PlansWaiting: { unit: "Count", says: "pruning plans that wait for an approval" },
  ReportsWritten: { unit: "Count", says: "1 for each coverage report that the project is in" },
  ObjectivesMissed: { unit: "Count", says: "resources whose newest good backup is older than its objective" },
  OldestUncovered: { unit: "Count", says: "hours since the newest good backup of the worst resource" },
  NotificationsTaken: {
    unit: "Count",
    says: "requests to the notification address that were the provider's",
  },
  NotificationsRefused: { unit: "Count", says: "requests to the notification address that were not" },
  ApiCalls: { unit: "Count", says: "requests sent to the provider" },
  ApiErrors: { unit: "Count", says: "requests that failed, throttled ones not counted" },
  ApiThrottles: { unit: "Count", says: "requests refused because there were too many" },
  ItemsUnreadable: { unit: "Count", says: "items of lists that are not as the provider documents them" },
  ApiLatency: { unit: "Milliseconds", says: "time from a request to its answer" },
} as const satisfies Readonly<
  Record<string, { readonly unit: "Count" | "Milliseconds"; readonly says: string }>
>;

export type MetricName = keyof typeof metrics;

/** One value of one metric of one project; of none where nobody can say whose it is. */
export interface Measure<Name extends MetricName = MetricName> {
  readonly project?: string;
  readonly name: Name;
  readonly value: number;
}

/** The values of one project under their names. */
export function measuresOf<Name extends MetricName>(
  project: string,
  values: Readonly<Partial<Record<Name, number>>>,
): Measure<Name>[] {
  const measures: Measure<Name>[] = [];
  for (const name in values) {
    const value = values[name];
    if (value !== undefined) measures.push({ project, name, value });
  }
  return measures;
}
