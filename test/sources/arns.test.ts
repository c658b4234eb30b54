import { expect, test } from 'vitest';
import { partitionOf, readArn, regionNamed } from '../../shared/sources/arns.ts';

test('an ARN keeps the colons of its resource', () => {
  expect(readArn('arn:aws-cn:cloudwatch:cn-north-1:111122223333:alarm:a:b')).toEqual({
    partition: 'aws-cn',
    service: 'cloudwatch',
    region: 'cn-north-1',
    account: '111122223333',
    resource: 'alarm:a:b',
  });
});

test.each([null, '', 'arn:aws:sns:EXAMPLE', 'i-0123', `arn:aws:s3:::${'x'.repeat(5000)}`])(
  '%j is no ARN',
  (text) => {
    expect(readArn(text)).toBeNull();
  },
);

test.each([
  ['US East (N. Virginia)', 'us-east-1'],
  ['US East - N. Virginia', 'us-east-1'],
  ['Asia Pacific (Tokyo)', 'ap-northeast-1'],
  ['EU (Ireland)', 'eu-west-1'],
  ['EU - Ireland', 'eu-west-1'],
  ['Europe (Ireland)', 'eu-west-1'],
  ['Canada (Central)', 'ca-central-1'],
  ['Mexico (Central)', 'mx-central-1'],
  ['South America (São Paulo)', 'sa-east-1'],
  ['AWS GovCloud (US-West)', 'us-gov-west-1'],
  ['eu-west-3', 'eu-west-3'],
  ['us-gov-east-1', 'us-gov-east-1'],
  ['Middle Earth (Shire)', ''],
  ['', ''],
])('the region called %j is %j', (name, region) => {
  expect(regionNamed(name)).toBe(region);
});

test.each([
  ['ap-northeast-1', 'aws'],
  ['cn-north-1', 'aws-cn'],
  ['us-gov-west-1', 'aws-us-gov'],
  ['us-iso-east-1', 'aws-iso'],
  ['us-isob-east-1', 'aws-iso-b'],
  ['', 'aws'],
])('%j lies in %s', (region, partition) => {
  expect(partitionOf(region)).toBe(partition);
});
