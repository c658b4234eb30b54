/** The environment of a function, as serverless.yml gives it. */
export type Env = { readonly [name: string]: string | undefined };

/** The value of a variable. @throws at cold start when it is missing, so that a bad deployment is seen at once. */
export function need(env: Env, name: string): string {
  const value = env[name];
  if (value === undefined || value === '') {
    throw new Error(`${name} is not set: serverless.yml must give it to this function.`);
  }
  return value;
}
