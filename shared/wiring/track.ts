import type { TrackDeps } from '../pipeline/track.ts';
import { wireStore, wireTopics } from './aws.ts';
import { wireBase } from './base.ts';
import type { Env } from './env.ts';

/** The incidents table, and the topics that its transitions are published to. */
export function wireTrack(env: Env): TrackDeps {
  return { ...wireBase(env, 'track'), store: wireStore(env), topics: wireTopics(env) };
}
