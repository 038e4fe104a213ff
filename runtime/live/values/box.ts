// A value in a box: promises never see it, so one with a `then` does not start.
export interface Box {
  readonly value: unknown;
}
