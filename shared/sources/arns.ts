/** The parts of an ARN; any of account and region may be empty (S3, IAM, Health). */
export interface Arn {
  readonly partition: string;
  readonly service: string;
  readonly region: string;
  readonly account: string;
  readonly resource: string;
}

/** Splits an ARN, or returns null for anything else. */
export function readArn(text: string | null): Arn | null {
  if (text === null || text.length > 2048) return null;
  const parts = text.trim().split(':');
  const [head, partition, service, region, account] = parts;
  if (head !== 'arn' || parts.length < 6) return null;
  if (partition === undefined || service === undefined || region === undefined || account === undefined) {
    return null;
  }
  return { partition, service, region, account, resource: parts.slice(5).join(':') };
}

/** The partition that a region lies in; the commercial one for regions it does not know. */
export function partitionOf(region: string): string {
  for (const [prefix, partition] of PARTITIONS) if (region.startsWith(prefix)) return partition;
  return 'aws';
}
const PARTITIONS: readonly (readonly [string, string])[] = [
  ['cn-', 'aws-cn'],
  ['us-gov-', 'aws-us-gov'],
  ['us-isob-', 'aws-iso-b'],
  ['us-isof-', 'aws-iso-f'],
  ['eu-isoe-', 'aws-iso-e'],
  ['us-iso-', 'aws-iso'],
  ['eusc-', 'aws-eusc'],
];

/**
 * The code of a region from what an alarm's SNS message calls it: `US East (N. Virginia)`, `EU - Ireland`,
 * or the code itself. Empty when the name is not known.
 */
export function regionNamed(name: string): string {
  if (/^[a-z]{2,4}(?:-[a-z]{2,10}){1,2}-\d{1,2}$/.test(name)) return name;
  const plain = name.slice(0, 100).trim().toLowerCase();
  const place = /\(([^()]{1,40})\)$/.exec(plain)?.[1] ?? / - ([^()]{1,40})$/.exec(plain)?.[1];
  return PLACES.get(plain) ?? (place === undefined ? '' : (PLACES.get(place) ?? ''));
}

/** Names after https://docs.aws.amazon.com/global-infrastructure/latest/regions/aws-regions.html; by the place only. */
const PLACES: ReadonlyMap<string, string> = new Map([
  ['n. virginia', 'us-east-1'],
  ['ohio', 'us-east-2'],
  ['n. california', 'us-west-1'],
  ['oregon', 'us-west-2'],
  ['us-east', 'us-gov-east-1'],
  ['us-west', 'us-gov-west-1'],
  ['calgary', 'ca-west-1'],
  ['canada (central)', 'ca-central-1'],
  ['canada - central', 'ca-central-1'],
  ['mexico (central)', 'mx-central-1'],
  ['são paulo', 'sa-east-1'],
  ['sao paulo', 'sa-east-1'],
  ['ireland', 'eu-west-1'],
  ['london', 'eu-west-2'],
  ['paris', 'eu-west-3'],
  ['frankfurt', 'eu-central-1'],
  ['zurich', 'eu-central-2'],
  ['stockholm', 'eu-north-1'],
  ['milan', 'eu-south-1'],
  ['spain', 'eu-south-2'],
  ['tokyo', 'ap-northeast-1'],
  ['seoul', 'ap-northeast-2'],
  ['osaka', 'ap-northeast-3'],
  ['osaka-local', 'ap-northeast-3'],
  ['singapore', 'ap-southeast-1'],
  ['sydney', 'ap-southeast-2'],
  ['jakarta', 'ap-southeast-3'],
  ['melbourne', 'ap-southeast-4'],
  ['malaysia', 'ap-southeast-5'],
  ['thailand', 'ap-southeast-7'],
  ['mumbai', 'ap-south-1'],
  ['hyderabad', 'ap-south-2'],
  ['hong kong', 'ap-east-1'],
  ['taipei', 'ap-east-2'],
  ['bahrain', 'me-south-1'],
  ['uae', 'me-central-1'],
  ['tel aviv', 'il-central-1'],
  ['cape town', 'af-south-1'],
  ['beijing', 'cn-north-1'],
  ['ningxia', 'cn-northwest-1'],
]);
