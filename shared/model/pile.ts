/** Messages in one queue, by the queue's name in serverless.yml. */
export interface Pile {
  readonly queue: string;
  readonly messages: number;
}
