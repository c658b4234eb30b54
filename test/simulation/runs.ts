import type { Scene } from './scene.ts';

/** One invocation of a function. Once dead, nothing that it waits for comes back. */
export interface Life {
  dead: boolean;
  readonly die: () => void;
  /** Its own clock, ms. */
  readonly clock: () => number;
}

/** What a dead function waits for. A new one each time: one for all would keep every life that ever waited for it. */
export function never(): Promise<never> {
  return new Promise(() => {});
}

export interface Runs {
  /** Runs `work` until it ends, fails, or dies; null: it failed or died. */
  invoke<T>(name: string, timeoutMs: number, work: (life: Life) => Promise<T>): Promise<T | null>;
  /** One effect of a function: it takes its time, and the function may die before or after it. */
  operate<T>(life: Life, effect: () => T): Promise<T>;
}

export function makeRuns(scene: Scene): Runs {
  const { random, time } = scene;

  function invoke<T>(name: string, timeoutMs: number, work: (life: Life) => Promise<T>): Promise<T | null> {
    return new Promise((resolve) => {
      const { skewMs } = scene.trouble();
      const skew = skewMs === 0 ? 0 : random.int(-skewMs, skewMs);
      let over = false;
      const life: Life = {
        dead: false,
        die: () => {
          if (life.dead || over) return;
          scene.say(`${name} dies`);
          life.dead = true;
          resolve(null);
        },
        clock: () => scene.clock() + skew,
      };
      time.at(time.now() + timeoutMs, life.die);
      work(life).then(
        (result) => {
          over = true;
          resolve(result);
        },
        (error: unknown) => {
          over = true;
          scene.say(`${name} fails: ${error instanceof Error ? error.message : String(error)}`);
          resolve(null);
        },
      );
    });
  }

  function crashes(life: Life, when: string): boolean {
    if (!random.chance(scene.trouble().crash)) return false;
    scene.inject(`crash ${when} an effect`);
    life.die();
    return true;
  }

  async function operate<T>(life: Life, effect: () => T): Promise<T> {
    if (life.dead || crashes(life, 'before')) return never();
    if (random.chance(0.5)) await time.wait(random.int(1, random.chance(0.05) ? 400 : 20));
    if (life.dead) return never();
    const result = effect();
    if (crashes(life, 'after')) return never();
    if (random.chance(0.3)) await time.wait(random.int(1, 10));
    return life.dead ? never() : result;
  }

  return { invoke, operate };
}
