import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { jsonSchema } from '../shared/config/json-schema.ts';

/** docs/hansho.schema.json as the code has it now. */
export function schemaFile(): string {
  return `${JSON.stringify(jsonSchema(), null, 2)}\n`;
}

if (import.meta.main) {
  writeFileSync(join(import.meta.dirname, '..', 'docs', 'hansho.schema.json'), schemaFile());
}
