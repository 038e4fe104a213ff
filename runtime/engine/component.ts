// A part of a server that can be stopped and started again.

export interface Component {
  readonly name: string;
  isRunning(): boolean;
  start(): Promise<void> | void;
  /** Told before the first of all is stopped, for what happens until its own turn; gives what to do when the stop is over. */
  expectStop?(): () => void;
  /** `askedBy`: the evaluation whose code asks, which goes on. Gives what the user should know, as sentences. */
  stop(askedBy?: string): Promise<readonly string[]>;
}
