/** `hansho.yml`, checked and compiled by scripts/build.ts and put into every bundle. */
declare module 'hansho:rules' {
  const rules: import('../model/rules.ts').Rules;
  export default rules;
}
