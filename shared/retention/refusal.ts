/** Input that retention refuses to decide on. Nothing may be deleted in a run that met one. */
export class RetentionRefusal extends Error {
  override readonly name = "RetentionRefusal";
  /** The field that is wrong, as the provider names it. */
  readonly field: string;
  /** The backup it belongs to, where it is a backup's field and the backup has an id. */
  readonly backup_id: string | undefined;

  constructor(field: string, why: string, backup_id?: string) {
    super(why);
    this.field = field;
    this.backup_id = backup_id;
  }
}
