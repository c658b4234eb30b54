import type { Clock, Metrics } from '../pipeline/ports.ts';
import { toStdout, type WriteLine } from './log.ts';

/**
 * CloudWatch metrics by the embedded metric format: a JSON line that CloudWatch Logs turns into metrics, so
 * that counting needs no call and no permission. Every metric exists by stage alone, which alarms look at, and
 * also by its own dimensions when it has some.
 * https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch_Embedded_Metric_Format_Specification.html
 */
export function makeMetrics(stage: string, clock: Clock, write: WriteLine = toStdout): Metrics {
  return {
    count: (name, value, dimensions = {}) => {
      const own = Object.keys(dimensions);
      const sets = own.length === 0 ? [['Stage']] : [['Stage'], ['Stage', ...own]];
      const Metrics = [{ Name: name, Unit: name.endsWith('Seconds') ? 'Seconds' : 'Count' }];
      write(
        JSON.stringify({
          ...Object.fromEntries(own.map((key) => [key, ascii(dimensions[key] ?? '')])),
          _aws: {
            Timestamp: clock(),
            CloudWatchMetrics: [{ Namespace: 'Hansho', Dimensions: sets, Metrics }],
          },
          Stage: stage,
          [name]: value,
        }),
      );
    },
  };
}

/** Dimension values must be ASCII; a channel's name need not be. */
function ascii(value: string): string {
  return (
    value.replace(NOT_ASCII, (c) => `\\u${c.charCodeAt(0).toString(16).padStart(4, '0')}`).slice(0, 1_000) ||
    '-'
  );
}

const NOT_ASCII = /[^\x20-\x7E]/g;
