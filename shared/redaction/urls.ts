import { isHarmless, looksRandom } from './likely.ts';
import { isMark, mark, type Rule } from './mark.ts';

const USERINFO = /:\/\/([^\s/?#"'`<>\\]{1,1000})@/g;
/** Database passwords are written into URLs unescaped, slashes and all. */
const DATABASE_USERINFO = /:\/\/[^\s:/@"'`<>]{0,200}:[^\s"'`<>?]{1,128}@/g;
const DATABASE =
  /(?:postgres|postgresql|mysql|mariadb|mongodb|mongodb\+srv|rediss?|amqps?|mssql|sqlserver|oracle|clickhouse)$/i;
const ORACLE = /(?<=jdbc:oracle:\w{1,10}:)[\w$#.-]{1,64}\/[^\s@"'`]{1,200}(?=@)/gi;
/** Parameters that open what the URL points at, beyond those whose name says so. */
const QUERY =
  /([?&;])(x-amz-signature|x-goog-signature|signature|sig|code|key|ticket|hash|st|s)=([^&\s"'`<>#\\,;]{1,4000})/gi;
/** curl -u user:password */
const USER_FLAG = /((?:^|\s)(?:-u|--user|--proxy-user)[ =]{1,3}["']?[^\s:"'[]{1,100}:)([^\s"']{1,200})/g;

const HINT = /:\/\/|jdbc:oracle|[?&;][\w-]{1,16}=|-u[ =]|--(?:proxy-)?user/i;

/** Redacts what a URL gives away: user and password, signatures, codes. The host stays, it tells where to look. */
export const redactUrls: Rule = (text, found) => {
  if (!HINT.test(text)) return text;
  const note = (family: string) => {
    found.add(family);
    return mark(family);
  };
  return text
    .replace(DATABASE_USERINFO, (all, at: number) =>
      DATABASE.test(text.slice(Math.max(0, at - 12), at)) && isOpenUserinfo(all.slice(3, -1))
        ? `://${note('url-userinfo')}@`
        : all,
    )
    .replace(USERINFO, (all, userinfo: string) =>
      isOpenUserinfo(userinfo) ? `://${note('url-userinfo')}@` : all,
    )
    .replace(ORACLE, (all) => (isMark(all) ? all : note('url-userinfo')))
    .replace(QUERY, (all, sign: string, key: string, value: string) =>
      isOpenParameter(key.toLowerCase(), value) ? `${sign}${key}=${note('url-signature')}` : all,
    )
    .replace(USER_FLAG, (all, start: string, password: string) =>
      isMark(password) || isHarmless(password) || /^\d+$/.test(password) ? all : start + note('password'),
    );
};

/** A user alone is no secret unless it is a token in a user's place. */
function isOpenUserinfo(userinfo: string): boolean {
  if (isMark(userinfo)) return false;
  const colon = userinfo.indexOf(':');
  if (colon < 0) return userinfo.length >= 16 && looksRandom(userinfo);
  return !isHarmless(userinfo.slice(colon + 1));
}

function isOpenParameter(key: string, value: string): boolean {
  if (isMark(value) || isHarmless(value)) return false;
  if (key.startsWith('x-') || key === 'sig' || key === 'signature') return value.length >= 8;
  return value.length >= 10 && looksRandom(value) && !/^[0-9a-f-]{36}$/i.test(value);
}
