// How a message is defined: its method, and schemas for what it carries; both ends check what comes in by them.
import type { z } from "zod";

export interface RequestType<P, R> {
  readonly method: string;
  readonly params: z.ZodType<P>;
  readonly result: z.ZodType<R>;
}

export interface NotificationType<P> {
  readonly method: string;
  readonly params: z.ZodType<P>;
}

export function request<P, R>(
  method: string,
  params: z.ZodType<P>,
  result: z.ZodType<R>,
): RequestType<P, R> {
  return { method, params, result };
}

export function notification<P>(method: string, params: z.ZodType<P>): NotificationType<P> {
  return { method, params };
}
