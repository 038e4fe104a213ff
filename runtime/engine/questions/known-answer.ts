// A value that is to open something on a host: whoever tries it tells how that went, and learns what follows.

export interface KnownAnswer {
  readonly value: string;
  /** It opened what it is for. */
  right(): void;
  /** It opened nothing. */
  wrong(): AfterWrong;
}

export interface AfterWrong {
  /** Another one may be had. */
  readonly isAskedAgain: boolean;
  /** Why this host has to do without, when there is more to say than that it was wrong. */
  readonly because?: string;
}
