// Who wrote a run into the journal.

/** The process whose runs these are: a process id alone may be another's tomorrow. */
export interface Owner {
  readonly pid: number;
  /** When it started, in whatever form the system tells it. */
  readonly startedAt: string;
}
