// How much of a host's output memory holds, and so the disk keeps of each however little room is left.

/** Bytes kept in memory per host and step, both streams together. */
export const HOST_LIMIT_BYTES = 1024 * 1024;
/** Bytes of a stream's end that are kept beyond a cut. */
export const TAIL_BYTES = 16 * 1024;
