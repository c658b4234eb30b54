import { type BuildOptions, build, type OutputFile, type Plugin } from 'esbuild';
import type { Rules } from '../shared/model/rules.ts';

/** Every function: its source is functions/<name>.ts, its bundle dist/functions/<name>/index.js. */
export const FUNCTIONS = [
  'intake-logs',
  'intake-events',
  'intake-webhook',
  'track',
  'tell-slack',
  'tell-pagerduty',
  'sweep',
] as const;
export type FunctionName = (typeof FUNCTIONS)[number];

export interface Bundle {
  readonly code: Uint8Array;
  readonly map: Uint8Array;
}

/**
 * CommonJS from the packages' module builds starts fastest (an ES module that imports node:http pays for it,
 * docs/deploy.md). Names are not kept: the SDK and our own errors carry theirs as strings.
 */
const OPTIONS = {
  bundle: true,
  platform: 'node',
  target: 'node24',
  format: 'cjs',
  mainFields: ['module', 'main'],
  conditions: ['module'],
  minify: true,
  // Japanese words take half the bytes that escapes would.
  charset: 'utf8',
  legalComments: 'none',
  sourcemap: 'external',
  sourcesContent: false,
  write: false,
  logLevel: 'warning',
} satisfies BuildOptions;

/** Bundles every function with these rules in it; in one run, so that what they share is read once. */
export async function bundleAll(root: string, rules: Rules): Promise<ReadonlyMap<FunctionName, Bundle>> {
  const { outputFiles } = await build({
    ...OPTIONS,
    absWorkingDir: root,
    entryPoints: Object.fromEntries(FUNCTIONS.map((name) => [`${name}/index`, `functions/${name}.ts`])),
    outdir: 'dist/functions',
    plugins: [withRules(rules), withEnvCredentials],
  });
  return new Map(
    FUNCTIONS.map((name) => [
      name,
      { code: ending(outputFiles, `/${name}/index.js`), map: ending(outputFiles, `/${name}/index.js.map`) },
    ]),
  );
}

/** Resolves `hansho:rules` to the compiled hansho.yml. */
function withRules(rules: Rules): Plugin {
  return {
    name: 'hansho-rules',
    setup: ({ onResolve, onLoad }) => {
      onResolve({ filter: /^hansho:rules$/ }, () => ({ path: 'rules', namespace: 'hansho' }));
      onLoad({ filter: /^rules$/, namespace: 'hansho' }, () => ({
        contents: JSON.stringify(rules),
        loader: 'json',
      }));
    },
  };
}

/**
 * Lambda gives credentials in the environment. The SDK's default provider would also look for profiles, single
 * sign-on and instance metadata, which is a fifth of a bundle and never used there.
 */
const withEnvCredentials: Plugin = {
  name: 'env-credentials',
  setup: ({ onResolve, onLoad }) => {
    onResolve({ filter: /^@aws-sdk\/credential-provider-node$/ }, ({ resolveDir }) => ({
      path: 'env-credentials',
      namespace: 'hansho',
      pluginData: { resolveDir },
    }));
    onLoad({ filter: /^env-credentials$/, namespace: 'hansho' }, ({ pluginData }) => ({
      contents: `export { fromEnv as defaultProvider } from '@aws-sdk/credential-provider-env';`,
      resolveDir: pluginData.resolveDir,
    }));
  },
};

function ending(files: readonly OutputFile[], suffix: string): Uint8Array {
  const found = files.find((file) => file.path.replaceAll('\\', '/').endsWith(suffix));
  if (found === undefined) throw new Error(`esbuild gave no ${suffix}`);
  return found.contents;
}
