import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { cached, repeat, throttled } from '../../local/timing.ts';

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

describe('throttled', () => {
  it('calls once for many, and never leaves out the last', () => {
    const work = vi.fn();
    const call = throttled(100, work);
    call();
    call();
    vi.advanceTimersByTime(100);
    expect(work).toHaveBeenCalledTimes(1);
    call();
    vi.advanceTimersByTime(100);
    expect(work).toHaveBeenCalledTimes(2);
  });

  it('calls nothing after it was stopped', () => {
    const work = vi.fn();
    const call = throttled(100, work);
    call();
    call.stop();
    vi.advanceTimersByTime(1_000);
    expect(work).not.toHaveBeenCalled();
  });
});

describe('repeat', () => {
  it('waits for the last call to end, goes on after a failure, and stops', async () => {
    let end = (): void => {};
    const work = vi.fn(
      () =>
        new Promise<void>((_resolve, reject) => {
          end = () => reject(new Error('no'));
        }),
    );
    const repeated = repeat(100, work);
    await vi.advanceTimersByTimeAsync(1_000);
    expect(work).toHaveBeenCalledTimes(1);
    end();
    await vi.advanceTimersByTimeAsync(100);
    expect(work).toHaveBeenCalledTimes(2);
    end();
    await repeated.stop();
    await vi.advanceTimersByTimeAsync(1_000);
    expect(work).toHaveBeenCalledTimes(2);
  });
});

describe('cached', () => {
  it('reads once until it is told to forget', async () => {
    const read = vi.fn(async () => 1);
    const view = cached(read);
    await Promise.all([view.read(), view.read()]);
    expect(read).toHaveBeenCalledTimes(1);
    view.forget();
    await view.read();
    expect(read).toHaveBeenCalledTimes(2);
  });

  it('does not keep a read that failed', async () => {
    const read = vi.fn<() => Promise<number>>().mockRejectedValueOnce(new Error('no')).mockResolvedValue(1);
    const view = cached(read);
    await expect(view.read()).rejects.toThrow('no');
    expect(await view.read()).toBe(1);
  });
});
