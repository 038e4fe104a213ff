// A part of a server that can be stopped and started again.

export interface Component {
  readonly name: string;
  isRunning(): boolean;
  start(): Promise<void> | void;
  /** `askedBy`: the evaluation whose code asks, which goes on. Gives what the user should know, as sentences. */
  stop(askedBy?: string): Promise<readonly string[]>;
}
