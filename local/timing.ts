/** Calls `work` again and again, each time `everyMs` after the last call has ended. */
export function repeat(everyMs: number, work: () => Promise<void>): { stop(): Promise<void> } {
  let stopped = false;
  let running: Promise<void> = Promise.resolve();
  let timer: NodeJS.Timeout;
  const next = (): void => {
    timer = setTimeout(() => {
      running = work()
        .catch(() => {})
        .then(() => {
          if (!stopped) next();
        });
    }, everyMs);
  };
  next();
  return {
    stop: () => {
      stopped = true;
      clearTimeout(timer);
      return running;
    },
  };
}

/** At most one call in `everyMs`; the last of many is never left out. */
export function throttled(everyMs: number, work: () => void): { (): void; stop(): void } {
  let timer: NodeJS.Timeout | null = null;
  const call = (): void => {
    timer ??= setTimeout(() => {
      timer = null;
      work();
    }, everyMs);
  };
  call.stop = (): void => {
    if (timer !== null) clearTimeout(timer);
  };
  return call;
}

/** Reads once for everybody who asks until `forget` is called. A read that fails is not kept. */
export function cached<T>(read: () => Promise<T>): { read(): Promise<T>; forget(): void } {
  let kept: Promise<T> | null = null;
  return {
    read: () => {
      if (kept !== null) return kept;
      const reading = read();
      kept = reading;
      reading.catch(() => {
        if (kept === reading) kept = null;
      });
      return reading;
    },
    forget: () => {
      kept = null;
    },
  };
}

/** The first call works; all calls give what it came to. */
export function once<T>(work: () => Promise<T>): () => Promise<T> {
  let result: Promise<T> | null = null;
  return () => {
    result ??= work();
    return result;
  };
}
