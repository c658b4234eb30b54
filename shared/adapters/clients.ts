/**
 * Options that every AWS client gets. The calls are small and in the same Region, so a slow one is a lost one:
 * three tries of at most 4 s stay inside every function's timeout. Without `throwOnRequestTimeout` the SDK
 * merely logs a warning when the time is up and goes on waiting.
 */
export const CLIENT_OPTIONS = {
  maxAttempts: 3,
  requestHandler: { connectionTimeout: 1_000, requestTimeout: 3_000, throwOnRequestTimeout: true },
} as const;
