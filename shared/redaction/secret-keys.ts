/** How sure a key's name makes us that its value is a secret. */
export type Proof =
  /** Whatever the value, unless it is plainly none. */
  | 'any'
  /** The value must look like a secret too: the name is also used for harmless things. */
  | 'likely'
  /** The value must be as mixed as a key: the name only holds a word for secrets, or ends in `key`. */
  | 'strong'
  /** Only a telephone number as one is written: the name also counts things. */
  | 'phone'
  /** Only digits in this number, with spaces or hyphens between. */
  | { readonly digits: readonly [least: number, most: number] };

export interface SecretKey {
  readonly family: string;
  readonly proof: Proof;
  /** `tokens: 1532` counts; `token: 1532` may not. */
  readonly plural: boolean;
}

type Entry = readonly [names: string, family: string, proof: Proof];

/** Asked by the end of the name, without separators: `db_password`, `dbPassword` and `DBPASSWORD` are one. */
const BY_ENDING: readonly Entry[] = [
  ['password passwd passphrase userpass dbpass identifiedby', 'password', 'any'],
  ['passcode onetimepassword verificationcode mfacode smscode totp', 'otp', { digits: [4, 10] }],
  ['securitycode verificationvalue', 'cvv', { digits: [3, 4] }],
  ['clientsecret sharedsecret appsecret secretkey secretstring secretbinary', 'secret', 'any'],
  ['secretaccesskey', 'aws-key', 'any'],
  [
    'apikey apitoken privatekey encryptionkey signingkey masterkey accountkey storagekey sharedaccesskey sharedkey',
    'api-key',
    'any',
  ],
  ['accesskey', 'aws-key', 'likely'],
  ['subscriptionkey licensekey authkey hmackey sessionkey appkey cryptkey', 'api-key', 'likely'],
  ['routingkey integrationkey servicekey', 'pagerduty-key', 'likely'],
  [
    'accesstoken refreshtoken idtoken authtoken bearertoken sessiontoken securitytoken bottoken usertoken csrftoken xsrftoken devicetoken vaulttoken personaltoken tasktoken',
    'token',
    'any',
  ],
  ['token', 'token', 'likely'],
  ['secret', 'secret', 'any'],
  ['connectionstring connstring connstr', 'connection-string', 'any'],
  ['credential', 'credential', 'likely'],
  ['authorization', 'authorization', 'any'],
  ['cookie', 'cookie', 'any'],
  ['jsessionid phpsessid sessid connectsid', 'cookie', 'any'],
  ['xamzsignature', 'url-signature', 'any'],
  ['cardnumber cardno cardnum creditcard ccnumber ccnum', 'card', { digits: [12, 19] }],
  ['mynumber individualnumber', 'my-number', { digits: [12, 12] }],
  ['bankaccount bankaccountnumber bankaccountno', 'bank-account', { digits: [6, 20] }],
  ['socialsecuritynumber', 'ssn', { digits: [9, 9] }],
  ['phonenumber phoneno telephone cellphone mobilephone homephone workphone', 'phone', 'phone'],
];

/** Short names, asked as a whole word at the end: `spin` is no PIN. */
const BY_WORD: readonly Entry[] = [
  ['pwd pw', 'password', 'any'],
  ['pass', 'password', 'likely'],
  ['auth', 'authorization', 'likely'],
  ['cred', 'credential', 'likely'],
  ['jwt', 'jwt', 'likely'],
  ['cvv cvv2 cvc cvc2 csc', 'cvv', { digits: [3, 4] }],
  ['pin pincode', 'pin', { digits: [4, 12] }],
  ['otp', 'otp', { digits: [4, 10] }],
  ['ssn', 'ssn', { digits: [9, 9] }],
  ['pan', 'card', { digits: [12, 19] }],
  ['phone tel mobile msisdn fax', 'phone', 'phone'],
];

const JAPANESE: readonly Entry[] = [
  ['パスワード パスフレーズ', 'password', 'any'],
  ['暗証番号', 'pin', { digits: [4, 12] }],
  ['認証コード 確認コード', 'otp', { digits: [4, 10] }],
  ['セキュリティコード', 'cvv', { digits: [3, 4] }],
  ['カード番号', 'card', { digits: [12, 19] }],
  ['マイナンバー 個人番号', 'my-number', { digits: [12, 12] }],
  ['口座番号 口座', 'bank-account', { digits: [6, 20] }],
  ['電話番号 携帯番号 電話 携帯', 'phone', 'phone'],
  ['秘密鍵 アクセスキー APIキー シークレットキー シークレット', 'secret', 'likely'],
  ['トークン', 'token', 'likely'],
];

/** A name that ends so speaks about a secret: its id, its age, how many there are. */
const ABOUT = new Set(
  'age algorithm arn at attempt attempts audience budget changed class column count counts created date dir directory enabled endpoint error errors exists expired expires expiration expire expiry failed failures field file format host hint id ids index invalid issuer kind label lambda length len limit location manager max method min missing mode name names offset param path policy position prefix present provider quota rate remaining requested required reset rotation scheme scope scopes service set size source state status strategy strength time total ttl type types updated uri url usage used user valid validity version'.split(
    ' ',
  ),
);

/** Words after the name that change nothing: `PASSWORD_PROD`, `new_password_confirmation`, `api_key_2`. */
const QUALIFIERS = new Set(
  'admin again b64 backup base base64 confirm confirmation current default dev enc encoded hash live main new number old plain plaintext primary prod production raw repeat root secondary stage staging test text value'.split(
    ' ',
  ),
);

/** Words for secrets, wherever in the name they are: `todo_secret_do_not_commit`. */
const HOLDS = new Set(
  'apikey auth cred creds credential credentials passwd password secret token'.split(' '),
);
/** Keys of records, caches and messages, not of locks. */
const OTHER_KEYS = new Set(
  'bucket cache composite dedup dedupe foreign group hash idempotency index item lookup map message natural object partition path primary pub public range record row s3 schema sequence shard sort ssh tag unique'.split(
    ' ',
  ),
);

/** Tokens that page through lists or make a request repeatable; they open nothing. */
const HARMLESS_TOKENS =
  /(?:next|continuation|page|paging|pagination|idempotency|clientrequest|client|sync|start|starting|previous|resume|forward|backward|sequence|lifecycleaction|public)tokens?$/;

const MAX_CACHED = 2_000;
const cache = new Map<string, SecretKey | null>();

/** What a key's name says of its value; null when it says nothing. Names longer than 80 characters say nothing. */
export function secretKey(name: string): SecretKey | null {
  if (name.length > 80) return null;
  const known = cache.get(name);
  if (known !== undefined) return known;
  const found = japanese(name) ?? english(name);
  // Keys repeat by the thousand; hostile ones must not fill the memory.
  if (cache.size >= MAX_CACHED) cache.clear();
  cache.set(name, found);
  return found;
}

function japanese(name: string): SecretKey | null {
  if (!/[\u3040-\u30FF\u4E00-\u9FFF]/.test(name)) return null;
  for (const [names, family, proof] of JAPANESE) {
    if (names.split(' ').some((ending) => name.endsWith(ending))) return { family, proof, plural: false };
  }
  return null;
}

function english(name: string): SecretKey | null {
  const words = wordsOf(name);
  if (HARMLESS_TOKENS.test(words.join(''))) return null;
  const all = [...words];
  for (;;) {
    const last = words.at(-1) ?? '';
    if (ABOUT.has(last)) return null;
    const joined = words.join('');
    const found = match(joined, last, false) ?? matchPlural(joined, last);
    if (found !== null) return found;
    if (words.length < 2 || !isQualifier(last)) return generic(all);
    words.pop();
  }
}

function generic(words: readonly string[]): SecretKey | null {
  const key = words.at(-1) === 'key' && !words.some((word) => OTHER_KEYS.has(word));
  return key || words.some((word) => HOLDS.has(word))
    ? { family: 'secret', proof: 'strong', plural: false }
    : null;
}

function matchPlural(joined: string, last: string): SecretKey | null {
  return joined.endsWith('s') ? match(joined.slice(0, -1), last.slice(0, -1), true) : null;
}

function match(joined: string, last: string, plural: boolean): SecretKey | null {
  for (const [names, family, proof] of ENDINGS) {
    if (names.some((ending) => joined.endsWith(ending))) return { family, proof, plural };
  }
  for (const [names, family, proof] of WORDS) {
    if (names.includes(last)) return { family, proof, plural };
  }
  return null;
}

const split = ([names, family, proof]: Entry) => [names.split(' '), family, proof] as const;
const ENDINGS = BY_ENDING.map(split);
const WORDS = BY_WORD.map(split);

function isQualifier(word: string): boolean {
  return QUALIFIERS.has(word) || /^\d{1,2}$/.test(word);
}

/** True when the name speaks about a thing and not of its content: its id, its name, its type. */
export function isAbout(name: string): boolean {
  return ABOUT.has(wordsOf(name).at(-1) ?? '');
}

/** `dbPassword2`, `DB_PASSWORD_2` and `db-password 2` are the words db, password, 2. */
function wordsOf(name: string): string[] {
  return name
    .replace(/([a-z0-9])([A-Z])/g, '$1 $2')
    .replace(/([A-Z])([A-Z][a-z])/g, '$1 $2')
    .replace(/([a-z])(\d{1,2})$/, '$1 $2')
    .toLowerCase()
    .split(/[^a-z0-9]+/)
    .filter((word) => word !== '');
}
