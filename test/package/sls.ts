import { spawnSync } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { at, isObject, type Json, type JsonObject, list, text } from '../../shared/model/json.ts';

export const ROOT = join(import.meta.dirname, '..', '..');

/**
 * A copy of what is deployed, so that packing it disturbs nobody who reads .serverless or dist. Whoever makes
 * one removes it.
 */
export function copyOfService(): string {
  const directory = mkdtempSync(join(tmpdir(), 'hansho-service-'));
  for (const part of ['serverless.yml', 'hansho.yml', 'package.json', 'functions', 'shared', 'scripts']) {
    cpSync(join(ROOT, part), join(directory, part), { recursive: true });
  }
  symlinkSync(join(ROOT, 'node_modules'), join(directory, 'node_modules'), 'junction');
  return directory;
}

/** Runs `sls` as an operator would, but without credentials and with no way to any network. */
export function sls(
  service: string,
  ...args: readonly string[]
): { readonly status: number | null; readonly output: string } {
  const kept = Object.entries(process.env).filter(([name]) => !/^AWS_|^SLS_|_proxy$/i.test(name));
  const nowhere = 'http://127.0.0.1:9';
  const env = {
    ...Object.fromEntries(kept),
    HTTP_PROXY: nowhere,
    HTTPS_PROXY: nowhere,
    AWS_EC2_METADATA_DISABLED: 'true',
  };
  const cli = join(ROOT, 'node_modules', 'serverless', 'bin', 'serverless.js');
  const { status, stdout, stderr } = spawnSync(process.execPath, [cli, ...args], {
    cwd: service,
    encoding: 'utf8',
    env,
  });
  return { status, output: stdout + stderr };
}

/** Packs the service; the template that CloudFormation would be given. @throws with what `sls` printed. */
export function packaged(service: string, ...args: readonly string[]): Template {
  const { status, output } = sls(service, 'package', ...args);
  if (status !== 0) throw new Error(output);
  const file = join(service, '.serverless', 'cloudformation-template-update-stack.json');
  return new Template(JSON.parse(readFileSync(file, 'utf8')));
}

export interface Resource {
  readonly id: string;
  readonly type: string;
  readonly properties: JsonObject;
  readonly raw: JsonObject;
}

/** What CloudFormation would be given. */
export class Template {
  readonly resources: readonly Resource[];
  readonly conditions: JsonObject;

  constructor(template: unknown) {
    this.conditions = object(template, 'Conditions');
    this.resources = Object.entries(object(template, 'Resources')).map(([id, raw]) => ({
      id,
      type: text(raw, 'Type') ?? '',
      properties: object(raw, 'Properties'),
      raw: isObject(raw) ? raw : {},
    }));
  }

  of(type: string): readonly Resource[] {
    return this.resources.filter((resource) => resource.type === type);
  }

  get(id: string): Resource {
    const found = this.resources.find((resource) => resource.id === id);
    if (found === undefined) throw new Error(`The template has no ${id}.`);
    return found;
  }
}

/** The id that a Ref, GetAtt or Sub of one resource points at; a plain string stays as it is. */
export function target(value: Json | undefined): string {
  if (typeof value === 'string') return value;
  const ref = text(value, 'Ref') ?? text(value, 'Fn::GetAtt', 0);
  if (ref !== null) return ref;
  return text(value, 'Fn::Sub')?.replace(/\$\{(\w+)\.Arn\}/, '$1') ?? JSON.stringify(value);
}

/** A policy element that may be one or a list. */
export function many(value: Json | undefined): readonly Json[] {
  return Array.isArray(value) ? list(value) : value === undefined ? [] : [value];
}

export function object(value: unknown, ...path: readonly (string | number)[]): JsonObject {
  const found = at(value, ...path);
  return isObject(found) ? found : {};
}
