/** Two texts and the reason why they are, or are not, the same problem. */
export type Pair = readonly [why: string, one: string, other: string];

/** Full-width forms, as Japanese input writes them. */
const wide = (text: string): string =>
  text.replace(/[!-~]/g, (sign) => String.fromCharCode(sign.charCodeAt(0) + 0xfee0));

const NODE = (line: number, hash: string, id: string) =>
  `TypeError: Cannot read properties of undefined (reading 'total') in order ${id}
    at sumOrder (/var/task/src/orders/chunk-${hash}.js:${line}:17)
    at async handler (/var/task/src/orders/index.js:${line + 40}:5)
    at Runtime.handleOnceNonStreaming (file:///var/runtime/index.mjs:1205:25)`;

const PYTHON = (line: number, key: string, fn = 'charge') =>
  `[ERROR] KeyError: '${key}'
Traceback (most recent call last):
\u00A0\u00A0File "/var/task/app.py", line ${line}, in handler
\u00A0\u00A0\u00A0\u00A0return ${fn}(event)
\u00A0\u00A0File "/var/task/payments.py", line ${line + 9}, in ${fn}
\u00A0\u00A0\u00A0\u00A0amount = event['${key}']
\u00A0\u00A0File "/var/lang/lib/python3.12/collections/__init__.py", line 1015, in __getitem__`;

const PLAIN_PYTHON = (line: number, last: string) =>
  `Traceback (most recent call last):
  File "/app/worker.py", line ${line}, in run
    self.step()
  File "/usr/local/lib/python3.12/site-packages/requests/sessions.py", line 7${line}, in send
    raise error
${last}`;

const JAVA = (line: number, more: number, cause: string) =>
  `java.lang.IllegalStateException: order ${line * 31} could not be stored
\tat com.example.orders.OrderStore.save(OrderStore.java:${line})
\tat com.example.orders.OrderHandler.lambda$handle$${more}(OrderHandler.java:${line + 3})
\tat java.base/java.util.stream.ForEachOps.accept(ForEachOps.java:183)
\tat software.amazon.awssdk.core.internal.Retry.run(Retry.java:12)
Caused by: ${cause}: timeout after ${line} ms
\t... ${more} more`;

const DOTNET = (line: number, method: string) =>
  `System.InvalidOperationException: Sequence contains no elements
   at System.Linq.ThrowHelper.ThrowNoElementsException()
   at Shop.Orders.OrderService.${method}(String id) in /src/Shop/OrderService.cs:line ${line}`;

const GO = (line: number, fn: string) =>
  `panic: runtime error: index out of range [${line}] with length 3

goroutine ${line} [running]:
main.${fn}(0xc00001${line})
\t/app/orders/main.go:${line} +0x1d
main.main()
\t/app/main.go:20 +0x27`;

const REFUSED = (code: string) =>
  `AggregateError
    at internalConnectMultiple (node:net:1122:18)
    at afterConnectMultiple (node:net:1689:7) {
  code: '${code}',
  [errors]: [Array]
}`;

const UUID = ['0b5c2f5e-7a54-4b51-9d2c-0f6a1c9e7d11', '9f1d77aa-1c4e-4a3b-8f90-aa10bb20cc30'] as const;

export const SAME: readonly Pair[] = [
  [
    'a date in words',
    'session from 10.0.0.9 at Fri Jun 17 07:07:00 2005',
    'session from 10.0.0.8 at Sat Jul  2 21:15:09 2005',
  ],
  ['numbers', 'order 18273 could not be stored', 'order 9 could not be stored'],
  ['decimals and units', 'took 3.25 s, limit 900 ms', 'took 812 ms, limit 2 s'],
  ['sizes', 'payload of 2.1 MB is too large', 'payload of 912 KB is too large'],
  ['UUIDs', `request ${UUID[0]} failed`, `request ${UUID[1]} failed`],
  [
    'Lambda request ids',
    `RequestId: ${UUID[0]} Error: Runtime exited`,
    `RequestId: ${UUID[1]} Error: Runtime exited`,
  ],
  [
    'timeouts',
    `2026-11-21T09:00:06.789Z ${UUID[0]} Task timed out after 6.01 seconds`,
    `2026-11-22T10:11:12.001Z ${UUID[1]} Task timed out after 30.03 seconds`,
  ],
  [
    'ISO times with zones',
    'window 2026-11-21T09:00:00+09:00 missed',
    'window 2027-01-02T18:30:59.123Z missed',
  ],
  [
    'times with a space',
    'lock held since 2026-11-21 09:00:00,123',
    'lock held since 2026-12-01 23:59:59,999',
  ],
  [
    'trace ids',
    'trace 1-67891233-abcdef012345678912345678 dropped',
    'trace 1-5759e988-bd862e3fe1be46a994272793 dropped',
  ],
  ['hex', 'bad block 0x7ffe12ab', 'bad block 0x00fe9911'],
  [
    'digests',
    'digest 9c2e1f0b7a6d5c4b3a29180706050403 differs',
    'digest 00112233445566778899aabbccddeeff differs',
  ],
  [
    'IPv4 with and without port',
    'connect ECONNREFUSED 10.0.3.17:5432',
    'connect ECONNREFUSED 10.0.9.201:5432',
  ],
  ['IPv6', 'peer 2001:db8::1f gone', 'peer 2001:db8:0:1::2 gone'],
  ['e-mail addresses', 'mail to taro@example.com bounced', 'mail to hanako.s@example.co.jp bounced'],
  [
    'URLs',
    'GET https://api.example.com/v1/orders/1 timed out',
    'GET https://api.example.com/v1/orders/778?x=1 timed out',
  ],
  ['hosts', 'getaddrinfo ENOTFOUND db.prod.example.com', 'getaddrinfo ENOTFOUND db.stage.example.com'],
  [
    'S3 paths',
    'cannot read s3://bucket-a/2026/11/21/part-0001.csv',
    'cannot read s3://bucket-b/users/taro.png',
  ],
  [
    'file paths',
    "ENOENT: no such file or directory, open '/tmp/up-81/a.csv'",
    "ENOENT: no such file or directory, open '/tmp/other/b.csv'",
  ],
  [
    'ARNs',
    'not authorized on arn:aws:sqs:ap-northeast-1:123456789012:orders',
    'not authorized on arn:aws:sqs:us-east-1:210987654321:refunds',
  ],
  ['values of keys', 'retry queue=orders attempt=3 host=a', 'retry queue=refunds attempt=12 host=b'],
  ['quoted values of keys', 'retry name="first job" n=1', 'retry name="second one" n=2'],
  ['counters', 'processed 120 of 500 records', 'processed 1 of 7 records'],
  ['lists of numbers', 'missing shards [1, 2, 3]', 'missing shards [14, 15]'],
  ['memory', 'Memory Size: 128 MB Max Memory Used: 128 MB', 'Memory Size: 512 MB Max Memory Used: 510 MB'],
  ['user names', 'Failed login for user taro from 10.0.0.1', 'Failed login for user hanako from 10.0.0.2'],
  [
    'SQL literals',
    "SELECT * FROM orders WHERE id = 42 AND state = 'open'",
    "SELECT * FROM orders WHERE id = 7 AND state = 'shut'",
  ],
  [
    'SQL values',
    "INSERT INTO users (id, name) VALUES (1, 'taro') failed",
    "INSERT INTO users (id, name) VALUES (29, 'hanako') failed",
  ],
  [
    'SQL details',
    'ERROR: duplicate key value violates unique constraint "users_email_key"\nDetail: Key (email)=(taro@example.com) already exists.',
    'ERROR: duplicate key value violates unique constraint "users_email_key"\nDetail: Key (email)=(h@example.com) already exists.',
  ],
  ['Japanese text with numbers', '注文12345の処理に失敗しました', '注文9の処理に失敗しました'],
  ['Japanese text with ids', '顧客C-0012が見つかりません', '顧客D-9981Xが見つかりません'],
  ['full-width digits', `注文${wide('12345')}の処理に失敗しました`, '注文987の処理に失敗しました'],
  ['full-width letters', `${wide('ERROR')}\u3000接続できません`, 'ERROR 接続できません'],
  [
    'Japanese dates',
    '2026年11月21日 9時30分の集計が終わりません',
    '2027年1月2日 18時5分の集計が終わりません',
  ],
  [
    'half-width kana',
    '\uFF83\uFF9E\uFF70\uFF80\uFF8D\uFF9E\uFF70\uFF7Dに接続できません',
    'データベースに接続できません',
  ],
  ['Node traces that moved and were built anew', NODE(10, '9c2e1f', '18'), NODE(77, 'a8b7c6d5', '9121')],
  ['Node traces with CR for LF', NODE(10, '9c2e1f', '18'), NODE(10, '9c2e1f', '18').replaceAll('\n', '\r')],
  [
    'Node traces with other library frames',
    `${NODE(1, 'aa11bb', '1')}\n    at x (/var/task/node_modules/a/index.js:1:1)`,
    NODE(1, 'aa11bb', '1'),
  ],
  ['Python traces that moved', PYTHON(10, 'order_id'), PYTHON(33, 'order_id')],
  [
    'Python traces without a first line',
    PLAIN_PYTHON(12, 'TimeoutError: no answer in 3 s'),
    PLAIN_PYTHON(90, 'TimeoutError: no answer in 12 s'),
  ],
  [
    'Java traces that moved',
    JAVA(10, 12, 'java.net.SocketTimeoutException'),
    JAVA(99, 48, 'java.net.SocketTimeoutException'),
  ],
  ['.NET traces that moved', DOTNET(10, 'Find'), DOTNET(88, 'Find')],
  ['Go panics that moved', GO(5, 'handle'), GO(61, 'handle')],
  [
    'recursion of any depth',
    `RangeError: Maximum call stack size exceeded\n${'    at walk (/var/task/a.js:3:1)\n'.repeat(3)}`,
    `RangeError: Maximum call stack size exceeded\n${'    at walk (/var/task/a.js:3:1)\n'.repeat(9)}`,
  ],
  [
    'key order of a JSON line',
    '{"message":"stock is gone","code":"E12","item":"a"}',
    '{"item":"b","code":"E12","message":"stock is gone"}',
  ],
  [
    'key order of a JSON tail',
    'Invoke Error \t{"errorType":"Error","errorMessage":"no stock 3","stack":["Error: no stock 3","    at f (/var/task/a.js:1:1)"]}',
    'Invoke Error \t{"stack":["Error: no stock 9","    at f (/var/task/a.js:7:7)"],"errorMessage":"no stock 9","errorType":"Error"}',
  ],
  [
    'other fields of a JSON line',
    '{"message":"stock is gone","cart":11}',
    '{"message":"stock is gone","cart":12,"shop":"tokyo"}',
  ],
  ['ANSI colours', '\u001B[31mboom\u001B[0m at start', 'boom at start'],
  ['access log lines', '"GET /orders/1 HTTP/1.1" 502 157', '"GET /orders/99 HTTP/1.1" 502 99'],
  [
    'process ids of a header',
    'ERROR 1 --- [nio-8080-exec-1] order 3 failed',
    'ERROR 812 --- [nio-8080-exec-9] order 4 failed',
  ],
  ['counts after a verb', 'query returned 200 rows', 'query returned 404 rows'],
  [
    'DynamoDB request ids',
    'Rate exceeded (Service: DynamoDb, Status Code: 400, Request ID: 7QK2ABCD9)',
    'Rate exceeded (Service: DynamoDb, Status Code: 400, Request ID: ZZ91KK02P)',
  ],
  ['JSON that was cut off', '{"event":"paid","id":1811,"cart":[1,', '{"event":"paid","id":7,"cart":[2,'],
];

export const DIFFERENT: readonly Pair[] = [
  ['HTTP status after HTTP', 'upstream answered HTTP 500', 'upstream answered HTTP 404'],
  ['HTTP status in a key', 'call failed status=500 id=1', 'call failed status=404 id=1'],
  ['HTTP status in a JSON key', '{"id":1,"statusCode":500}', '{"id":1,"statusCode":404}'],
  ['HTTP status in words', 'Request failed with status code 404', 'Request failed with status code 503'],
  ['HTTP status after a verb', 'Payment gateway returned 502', 'Payment gateway returned 404'],
  ['HTTP status and a reason phrase', 'got 502 Bad Gateway for order 1', 'got 503 Bad Gateway for order 1'],
  ['HTTP status in an access log', '"GET /orders/1 HTTP/1.1" 502 157', '"GET /orders/1 HTTP/1.1" 404 157'],
  ['HTTP status after a path', 'GET /orders/12 500 32ms', 'GET /orders/12 404 32ms'],
  [
    'HTTP status after an error',
    'HTTPError: 404 Client Error: for url',
    'HTTPError: 502 Client Error: for url',
  ],
  ['HTTP status in brackets', 'upload failed (503)', 'upload failed (400)'],
  ['HTTP status behind a colon', 'response: 500, body empty', 'response: 403, body empty'],
  [
    'HTTP status in full-width digits',
    `${wide('HTTP')} ${wide('500')} を受信`,
    `${wide('HTTP')} ${wide('404')} を受信`,
  ],
  ['HTTP status in Japanese', 'ステータスコード500が返されました', 'ステータスコード404が返されました'],
  ['HTTP status before エラー', '決済APIで500エラーが発生', '決済APIで404エラーが発生'],
  ['HTTP method', 'method=GET path=/a/b failed', 'method=DELETE path=/a/b failed'],
  ['HTTP method in quotes', '"GET /a/b HTTP/1.1" status=500', '"POST /a/b HTTP/1.1" status=500'],
  ['exit codes', 'container stopped, exit code 137', 'container stopped, exit code 1'],
  ['exit status', 'Runtime exited with error: exit status 1', 'Runtime exited with error: exit status 134'],
  ['exited with', 'worker exited with 1', 'worker exited with 137'],
  ['exit key', 'worker done exit=1 pid=3', 'worker done exit=2 pid=3'],
  ['exit code in Japanese', '終了コード 137 で停止しました', '終了コード 1 で停止しました'],
  ['signals', 'killed by signal 9', 'killed by signal 11'],
  ['errno', 'OSError: [Errno 13] Permission denied', 'OSError: [Errno 28] Permission denied'],
  ['errno key', 'read failed errno=-104 fd=3', 'read failed errno=-110 fd=3'],
  ['error code key', 'save failed errorCode=E1001 id=5', 'save failed errorCode=E2002 id=5'],
  ['code key with a word', "connect failed code='ECONNREFUSED'", "connect failed code='ETIMEDOUT'"],
  ['MySQL error numbers', 'Error 1062 (23000): query failed', 'Error 1205 (23000): query failed'],
  ['SQLSTATE', 'SQLSTATE[42S02]: query failed', 'SQLSTATE[23000]: query failed'],
  ['SQLSTATE after a space', 'query failed (SQLSTATE 42P01)', 'query failed (SQLSTATE 40001)'],
  ['Oracle codes', 'ORA-00942: statement failed', 'ORA-01017: statement failed'],
  ['MongoDB codes', 'E11000 write failed', 'E11001 write failed'],
  ['error types', 'TypeError: x is bad', 'RangeError: x is bad'],
  ['error types with digits', 'S3Error: upload 12 failed', 'EC2Error: upload 12 failed'],
  [
    'dotted error types',
    'java.lang.IllegalStateException: stored 1',
    'java.lang.NullPointerException: stored 1',
  ],
  [
    'dotted error types of libraries with digits',
    'psycopg2.errors.UniqueViolation: 1',
    'psycopg2.errors.DeadlockDetected: 1',
  ],
  [
    'errorType of a JSON line',
    '{"errorType":"KeyError","errorMessage":"id 3"}',
    '{"errorType":"ValueError","errorMessage":"id 3"}',
  ],
  [
    'error.name of a JSON line',
    '{"message":"failed","error":{"name":"S3ServiceException"}}',
    '{"message":"failed","error":{"name":"TimeoutError"}}',
  ],
  ['keys that are missing', PYTHON(10, 'order_id'), PYTHON(10, 'user_id')],
  ['functions that failed', PYTHON(10, 'order_id'), PYTHON(10, 'order_id', 'refund')],
  [
    'errors at the end of a Python trace',
    PLAIN_PYTHON(12, 'TimeoutError: no answer'),
    PLAIN_PYTHON(12, 'ConnectionError: no answer'),
  ],
  [
    'errors of a Python trace that do not look like one',
    PLAIN_PYTHON(12, 'OutOfStock: none left'),
    PLAIN_PYTHON(12, 'NotForSale: none left'),
  ],
  [
    'errors of a Python trace without its indent',
    PLAIN_PYTHON(12, 'TimeoutError: x').replace(/\n +/g, '\n'),
    PLAIN_PYTHON(12, 'KeyError: x').replace(/\n +/g, '\n'),
  ],
  ['root causes', JAVA(10, 12, 'java.net.SocketTimeoutException'), JAVA(10, 12, 'java.sql.SQLException')],
  ['.NET methods', DOTNET(10, 'Find'), DOTNET(10, 'Remove')],
  ['Go functions', GO(5, 'handle'), GO(5, 'refund')],
  ['codes under a trace', REFUSED('ECONNREFUSED'), REFUSED('ETIMEDOUT')],
  [
    'files that failed',
    'Error: boom\n    at f (/var/task/orders/a.js:1:1)',
    'Error: boom\n    at f (/var/task/users/a.js:1:1)',
  ],
  ['words', 'order 3 could not be stored', 'order 3 could not be paid'],
  ['quoted words', "No module named 'requests'", "No module named 'boto3'"],
  ['keys', 'timeout=30 reached', 'retries=30 reached'],
  ['prose in a key', 'level=error msg="disk is full" n=1', 'level=error msg="disk is slow" n=1'],
  ['events of a JSON line', '{"event":"payment_failed","id":1}', '{"event":"refund_failed","id":1}'],
  [
    'events of a JSON line that was cut off',
    '{"event":"payment_failed","id":1',
    '{"event":"refund_failed","id":1',
  ],
  ['Japanese words', '注文12の処理に失敗しました', '注文12の取消に失敗しました'],
  ['Japanese words around an id', '顧客A1が見つかりません', '顧客A1が重複しています'],
  [
    'second lines',
    'Invalid invocation:\nUnique constraint failed',
    'Invalid invocation:\nForeign key constraint failed',
  ],
  [
    'AWS error names',
    'An error occurred (ThrottlingException) when calling PutItem',
    'An error occurred (ValidationException) when calling PutItem',
  ],
  ['services with a digit', 'S3 upload failed', 'EC2 upload failed'],
  ['heap and stack', 'FATAL ERROR: Reached heap limit', 'FATAL ERROR: Reached stack limit'],
];
